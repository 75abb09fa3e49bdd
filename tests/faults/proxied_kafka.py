"""A broker whose clients come through a proxy: it advertises the proxy's address in place of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from processors import pipeline
from processors.adapters import kafka_admin
from processors.config import S3Settings
from processors.local import kafka_server, ports
from processors.local.kafka_profile import BrokerSecurity
from processors.local.kafka_server import KafkaServer
from processors.local.minio_server import MinioServer, Notifications
from tests.faults.toxiproxy import Toxiproxy
from tests.live_settings import _target
from tests.servers import Servers


class ProxiedKafka(KafkaServer):
    """Clients reach it at `advertised` alone; `port` is for the proxy and for looks at its health."""

    advertised = ""

    def start(self) -> None:
        def properties(data: Path, port: int, controller_port: int, security: BrokerSecurity | None) -> str:
            lines = real(data, port, controller_port, security).splitlines()
            kept = [line for line in lines if not line.startswith("advertised.listeners=")]
            return "\n".join([*kept, f"advertised.listeners=PLAINTEXT://{self.advertised}", ""])

        real = kafka_server.properties
        with patch.object(kafka_server, "properties", properties):
            super().start()

    @property
    def endpoint(self) -> str:
        return self.advertised


@contextmanager
def proxied_servers(folder: Path, proxy: Toxiproxy, prefix: str) -> Iterator[Servers]:
    """A Kafka behind the way "kafka" and a MinIO beside it, for one installation under `prefix`."""
    kafka_port, controller_port, s3_port = ports.choose([None, None, None])
    broker = ProxiedKafka(folder / "kafka", kafka_port, controller_port)
    broker.advertised = proxy.way("kafka", f"{ports.LOOPBACK}:{kafka_port}")
    settings = S3Settings(f"{ports.LOOPBACK}:{s3_port}", access_key="chancery", secret_key="chancery-test")
    topic = prefix + pipeline.NOTIFICATIONS
    minio = MinioServer(folder / "minio", settings, [Notifications(broker.endpoint, topic, _target(prefix))])
    try:
        broker.start()
        broker.wait_healthy()
        kafka_admin.create_topics(broker.endpoint, {topic: 2})
        minio.start()
        minio.wait_healthy()
        yield Servers(broker, minio)
    finally:
        minio.kill()
        broker.kill()
