"""The parts of a stack as its plan says, each with the rights that it needs and no others."""

from __future__ import annotations

from dataclasses import replace

from processors.config import Settings
from processors.local import ports
from processors.local.airflow_server import AirflowServer
from processors.local.environment import for_worker
from processors.local.kafka_server import KafkaServer
from processors.local.minio_server import AuditTarget, Certificate, MinioServer, Notifications
from processors.local.plan import Plan
from processors.local.secured import Secrets
from processors.principals import REFUSING
from processors.refusals.settings import RefusalSettings
from processors.telemetry.settings import TelemetrySettings


class Making:
    """Makes servers and the workers' environments; starts nothing."""

    def __init__(self, settings: Settings, plan: Plan) -> None:
        """Prepare.

        Args:
            settings: those of an administrator; see `secured.Secrets.as_admin`
            plan: what to run
        """
        self._settings, self._plan = settings, plan
        self._logs = settings.home / "logs"
        self._secrets = Secrets(settings.home) if plan.secured else None
        #: where our own Kafka writes what it refused
        self._refused = settings.home / "refusals" / "kafka.log"

    def kafka(self) -> KafkaServer | None:
        """Our own broker; None where another is used."""
        if self._plan.external_kafka:
            return None
        port = int(self._plan.kafka.rpartition(":")[2])
        folder, controller = self._settings.home / "kafka", self._plan.kafka_controller_port
        security = self._secrets.broker(self._refused) if self._secrets else None
        return KafkaServer(folder, port, controller, self._logs / "kafka.log", security)

    def minio(self) -> MinioServer | None:
        """Our own object store; None where another is used."""
        plan, settings, known = self._plan, self._settings, self._secrets
        if plan.external_s3:
            return None
        # Where Kafka is another's, the store signs in as we do.
        signing_in = known.as_store(settings) if known and not plan.external_kafka else settings.kafka_security
        return MinioServer(
            settings.home / "minio",
            settings.s3,
            [Notifications(plan.kafka, plan.notifications, security=signing_in)],
            self._logs / "minio.log",
            certificate=Certificate(known.store_key, known.store_certificate) if known else None,
            audits=self._audits(),
        )

    def airflow(self) -> AirflowServer | None:
        """Airflow, whose tasks sign in as commands do; None where it is not asked for."""
        plan, settings = self._plan, self._settings
        if not plan.airflow_port:
            return None
        environment = for_worker(replace(settings, telemetry=self._telemetry()))
        return AirflowServer(settings.home, plan.airflow_port, self._logs, environment, plan.airflow_command)

    def _audits(self) -> list[AuditTarget]:
        plan = self._plan
        told = [AuditTarget("OTHER", plan.audit)] if plan.audit else []
        if plan.refusals_port and self._secrets is not None:
            url = f"https://{ports.LOOPBACK}:{plan.refusals_port}/"
            told.append(AuditTarget("CHANCERY", url, self._secrets.refusals_token(), kept=True))
        return told

    def environment(self, kind: str) -> dict[str, str]:
        """The environment of the workers of a stage, or of "record"."""
        settings = self._settings
        if self._secrets is not None:
            own = {"kafka": not self._plan.external_kafka, "s3": not self._plan.external_s3}
            settings = self._secrets.as_worker(settings, kind, **own)
            if kind == REFUSING:
                settings = replace(settings, refusals=self._refusals(self._secrets))
        return for_worker(replace(settings, telemetry=self._telemetry()))

    def _telemetry(self) -> TelemetrySettings:
        """Each process tells its metrics at a port of its own: what one address says is good for one of them."""
        return replace(self._settings.telemetry, metrics=f"{ports.LOOPBACK}:0")

    def _refusals(self, known: Secrets) -> RefusalSettings:
        told = replace(self._settings.refusals, log=self._refused)
        if self._plan.external_s3:
            return told
        listen = f"{ports.LOOPBACK}:{self._plan.refusals_port}"
        return replace(told, listen=listen, token=known.refusals_token(), pem=known.refusals_pem)

    def users_in_kafka(self) -> None:
        """Make the users of our own broker, once it runs."""
        from processors.adapters import worker_users  # noqa: PLC0415 - brings the clients

        if self._secrets is not None and not self._plan.external_kafka:
            known = self._secrets
            worker_users.make_in_kafka(self._settings, lambda user: known.kafka(user).password)

    def users_in_store(self) -> None:
        """Make the users of our own object store, once it runs."""
        from processors.adapters import worker_users  # noqa: PLC0415 - brings the clients

        if self._secrets is not None and not self._plan.external_s3:
            worker_users.make_in_store(self._settings, self._secrets.s3)
