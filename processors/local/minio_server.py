"""One MinIO on this machine: loopback only, its data and its queue of notifications in one folder."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from processors.config import S3Settings
from processors.local import cache
from processors.local.certificates import write_secret
from processors.local.environment import inherited
from processors.local.process import Process
from processors.server_settings import PLAINTEXT, KafkaSecurity

#: the id of the notification target that the local stack uses
TARGET = "CHANCERY"
#: added to a target's id for its fast way
_FAST = "_FAST"
#: seconds; it is up in about 1
START_SECONDS = 60.0
STOP_SECONDS = 15.0
#: the region that MinIO takes for "none named"; then its ARNs carry no region either
_NO_REGION = "us-east-1"


@dataclass(frozen=True)
class Notifications:
    """Where bucket notifications go: to `topic` on `kafka`, on two ways, each with an ARN of its own (see `arns`).

    The sure way goes through a queue on disk, which MinIO empties every 3 s (`retryInterval` in its store.go, no
    setting); the fast way goes straight to Kafka and loses what Kafka does not take at once. An inbox names both:
    a document starts within milliseconds, and intake drops the second announcement.
    """

    #: host:port[,host:port]
    kafka: str
    topic: str
    #: letters, digits and underscores; MinIO makes variable names of it
    target: str = TARGET
    #: how MinIO signs in there
    security: KafkaSecurity = PLAINTEXT


@dataclass(frozen=True)
class Certificate:
    """What a server shows of itself; both files are PEM."""

    key: Path
    certificate: Path


@dataclass(frozen=True)
class AuditTarget:
    """A collector that MinIO tells of every request."""

    #: letters, digits and underscores; MinIO makes variable names of it
    name: str
    url: str
    #: sent with each; "" = none
    token: str = field(default="", repr=False)
    #: what it does not take at once waits on disk
    kept: bool = False


class MinioServer:
    """An S3 server that can be started, stopped, killed and started again on the same data."""

    def __init__(
        self,
        folder: Path,
        settings: S3Settings,
        notifications: Sequence[Notifications] = (),
        log: Path | None = None,
        *,
        certificate: Certificate | None = None,
        audits: Sequence[AuditTarget] = (),
    ) -> None:
        """Prepare a server at `settings.endpoint` with its data in `folder`; the log is `<folder>/minio.log`.

        With a `certificate` it speaks TLS and nothing else. `audits` are told of every request.

        Raises:
            ProgramMissingError: MinIO is not on this machine.
        """
        self.folder = folder
        self.settings = settings
        self._certificate = certificate
        self._trusted = {each.security.ca for each in notifications if each.security.ca is not None}
        command = [str(cache.minio()), "server", "--quiet", "--address", settings.endpoint]
        # Its own, empty certificate folder: nothing in the user's home changes how it serves.
        command += ["--certs-dir", str(folder / "certs"), str(folder / "data")]
        self.process = Process(
            "MinIO",
            command,
            log or folder / "minio.log",
            inherited("MINIO_", "CHANCERY_") | environment(settings, notifications, folder / "queue", audits),
        )

    @property
    def endpoint(self) -> str:
        """host:port for clients."""
        return self.settings.endpoint

    def start(self) -> None:
        """Start the server and return at once. Its notification topics must exist: it does not create them."""
        for name in ("data", "queue", "certs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        certs = self.folder / "certs"
        if self._certificate is not None:
            write_secret(certs / "private.key", self._certificate.key.read_bytes())
            write_secret(certs / "public.crt", self._certificate.certificate.read_bytes())
        for number, authorities in enumerate(sorted(self._trusted)):
            write_secret(certs / "CAs" / f"{number}.pem", authorities.read_bytes())
        self.process.start()

    def wait_healthy(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server says that it is ready for requests.

        Raises:
            StackError: it ended, or was not ready within `seconds`; the message quotes its log.
        """
        self.process.wait_healthy(lambda: ready(self.endpoint, tls=self._tls), seconds)

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.settings.ca) if self._certificate else None

    def stop(self) -> None:
        """Stop it cleanly; after 15 s it is killed."""
        self.process.stop(STOP_SECONDS)

    def kill(self) -> None:
        """Kill it with SIGKILL and wait until it is gone."""
        self.process.kill()


def ready(endpoint: str, seconds: float = 2.0, tls: ssl.SSLContext | None = None) -> bool:
    """Whether the MinIO at host:port answers its readiness probe with 200."""
    host, _, port = endpoint.rpartition(":")
    connection = (
        http.client.HTTPSConnection(host, int(port), timeout=seconds, context=tls)
        if tls
        else http.client.HTTPConnection(host, int(port), timeout=seconds)
    )
    try:
        connection.request("GET", "/minio/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def arn(target: str = TARGET, region: str = _NO_REGION) -> str:
    """What a bucket's notification rule names to reach this target."""
    return f"arn:minio:sqs:{'' if region == _NO_REGION else region}:{target}:kafka"


def arns(target: str = TARGET, region: str = _NO_REGION) -> tuple[str, str]:
    """The sure and the fast way to a target; an inbox names both."""
    return arn(target, region), arn(target + _FAST, region)


def environment(
    settings: S3Settings, notifications: Sequence[Notifications], queue: Path, audits: Sequence[AuditTarget] = ()
) -> dict[str, str]:
    """MinIO's settings as variables.

    Sync events, sync boot and a queue folder together lost no notification in 3,485 uploads under kill -9; each
    weaker setting lost some. A batch size is never set: above 1 it repeated one upload 37 times.
    """
    variables = {
        "MINIO_ROOT_USER": settings.access_key,
        "MINIO_ROOT_PASSWORD": settings.secret_key,
        "MINIO_BROWSER": "off",
        # No call home for newer versions: nothing leaves the site.
        "MINIO_UPDATE": "off",
        "MINIO_API_SYNC_EVENTS": "on",
        "MINIO_SYNC_BOOT": "on",
    }
    if settings.region != _NO_REGION:
        variables["MINIO_SITE_REGION"] = settings.region
    for one in audits:
        variables |= _told(one, queue / "audit")
    for each in notifications:
        for target in (each.target, each.target + _FAST):
            variables |= {
                f"MINIO_NOTIFY_KAFKA_ENABLE_{target}": "on",
                f"MINIO_NOTIFY_KAFKA_BROKERS_{target}": each.kafka,
                f"MINIO_NOTIFY_KAFKA_TOPIC_{target}": each.topic,
            } | _signing_in(each.security, target)
        # A folder per target: MinIO takes every file it finds there for an event of that target.
        variables[f"MINIO_NOTIFY_KAFKA_QUEUE_DIR_{each.target}"] = str(queue / each.target)
    return variables


def _told(target: AuditTarget, queue: Path) -> dict[str, str]:
    webhook = "MINIO_AUDIT_WEBHOOK"
    told = {f"{webhook}_ENABLE_{target.name}": "on", f"{webhook}_ENDPOINT_{target.name}": target.url}
    if target.token:
        told[f"{webhook}_AUTH_TOKEN_{target.name}"] = target.token
    if target.kept:
        told[f"{webhook}_QUEUE_DIR_{target.name}"] = str(queue)
    return told


def _signing_in(security: KafkaSecurity, target: str) -> dict[str, str]:
    if not security.secured:
        return {}
    return {
        f"MINIO_NOTIFY_KAFKA_TLS_{target}": "on",
        f"MINIO_NOTIFY_KAFKA_SASL_{target}": "on",
        f"MINIO_NOTIFY_KAFKA_SASL_MECHANISM_{target}": "sha512",
        f"MINIO_NOTIFY_KAFKA_SASL_USERNAME_{target}": security.user,
        f"MINIO_NOTIFY_KAFKA_SASL_PASSWORD_{target}": security.password,
    }
