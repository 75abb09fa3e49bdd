"""What a supervisor is to run: decided by `stack.up`, handed over as JSON on its command line (no secrets)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

from processors.config import Settings
from processors.local import ports
from processors.pipeline import NOTIFICATIONS, Lanes
from processors.principals import REFUSING

#: Kafka, its controller, MinIO, Airflow: the ports of a first start, where they are free
_PORTS: tuple[int, ...] = (29092, 29093, 29000, 29080)

#: Worker processes of each stage. Recognition takes most of the time by far, so it gets two.
WORKERS: Mapping[str, int] = {
    "intake": 1,
    "ocr": 2,
    "classify": 1,
    "extract": 1,
    "publish": 1,
    "record": 1,
    "audit": 1,
    "observe": 1,
}
#: Further ones of reprocessing runs alone, where operators can start such runs: the others leave those to them, so
#: that no live document waits for the end of work that is done again.
REPROCESSING_WORKERS: Mapping[str, int] = {"ocr": 1, "classify": 1, "extract": 1, "publish": 1}


@dataclass(frozen=True)
class Plan:
    """The parts of a stack and where they listen."""

    #: host:port of Kafka; the supervisor starts one there unless `external_kafka`
    kafka: str
    #: the port of the broker's controller; of no use to clients
    kafka_controller_port: int
    #: host:port of the S3 server; the supervisor starts a MinIO there unless `external_s3`
    s3: str
    #: the topic, with prefix, that MinIO writes its notifications to
    notifications: str
    external_kafka: bool = False
    external_s3: bool = False
    #: our own servers speak TLS, and ask who is there; see secured.py
    secured: bool = False
    #: the port at which the worker "refusals" is told of every request by our own MinIO; 0 = there is none
    refusals_port: int = 0
    #: URL of another collector that our own MinIO tells; empty = none
    audit: str = ""
    #: the port of Airflow's pages and API; 0 = there is no Airflow
    airflow_port: int = 0
    #: how Airflow is called
    airflow_command: tuple[str, ...] = (sys.executable, "-m", "airflow")
    #: slots of each stage
    workers: Mapping[str, int] = field(default_factory=lambda: dict(WORKERS))
    #: slots, behind those, of workers that do what reprocessing runs want and nothing else
    reprocessing_workers: Mapping[str, int] = field(default_factory=dict)
    #: how a worker is started; STAGE, SLOT and LANES stand for its stage, its slot and the lanes that it reads
    worker_command: tuple[str, ...] = (
        *(sys.executable, "-m", "processors.cli", "worker", "STAGE"),
        *("--slot", "SLOT", "--lanes", "LANES"),
    )
    #: "module:function" called with the settings, between Kafka's and MinIO's start
    create_topics: str = "processors.adapters.provision:create_topics"
    #: "module:function" called with the settings and the notification target's ARN, once MinIO is healthy
    set_up_buckets: str = "processors.adapters.provision:set_up_buckets"

    def command(self, stage: str, slot: int) -> list[str]:
        """The command of one worker."""
        named = {"STAGE": stage, "SLOT": str(slot), "LANES": self.lanes(stage, slot)}
        return [named.get(word, word) for word in self.worker_command]

    def lanes(self, stage: str, slot: int) -> Lanes:
        """What a worker reads."""
        if not self.reprocessing_workers.get(stage):
            return "all"
        return "live" if slot < self.workers.get(stage, 0) else "reprocessing"

    def slots(self) -> list[tuple[str, int]]:
        """Every worker: its stage and slot."""
        counts = Counter(self.workers) + Counter(self.reprocessing_workers)
        return [(stage, slot) for stage, count in counts.items() for slot in range(count)]

    def to_json(self) -> str:
        """The plan as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan that `to_json` wrote."""
        fields = json.loads(text)
        commands = {name: tuple(fields[name]) for name in ("worker_command", "airflow_command")}
        return cls(**fields | commands)


def made(
    settings: Settings,
    workers: Mapping[str, int] | None,
    external_kafka: str | None,
    external_s3: str | None,
    on_step: Callable[[str], None],
    *,
    secured: bool = False,
    airflow: bool = False,
) -> Plan:
    """The plan for a new stack in an existing home; tells of each port that had to be another one."""
    # Ports are remembered, so that a stack that is stopped and started again is found where it was.
    memory = settings.home / "ports.json"
    try:
        preferred = [int(port) for port in json.loads(memory.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        preferred = []
    # A home of an earlier version knows of no Airflow.
    wanted = [*preferred, *_PORTS[len(preferred) :]] if len(preferred) in (3, len(_PORTS)) else list(_PORTS)
    # Nobody but our own MinIO needs to find the door for refusals again.
    *chosen, door = ports.choose([*wanted, None])
    ours = (external_kafka is None, external_kafka is None, external_s3 is None, airflow)
    for port, instead, our in zip(wanted, chosen, ours, strict=True):
        if port != instead and our:
            on_step(f"{port} is taken, using {instead}")
    kafka, controller, s3, pages = chosen
    memory.write_text(json.dumps(chosen), encoding="utf-8")
    planned = Plan(
        kafka=external_kafka or f"{ports.LOOPBACK}:{kafka}",
        kafka_controller_port=controller,
        s3=external_s3 or f"{ports.LOOPBACK}:{s3}",
        notifications=f"{settings.prefix}{NOTIFICATIONS}",
        external_kafka=external_kafka is not None,
        external_s3=external_s3 is not None,
        secured=secured,
        airflow_port=pages if airflow else 0,
    )
    wanted_workers = dict(WORKERS if workers is None else workers)
    if secured and not planned.external_kafka:
        # Only servers that ask who is there refuse anything.
        wanted_workers = {REFUSING: 1} | wanted_workers
    if wanted_workers.get(REFUSING):
        planned = replace(planned, refusals_port=door)
    return replace(
        planned, workers=wanted_workers, reprocessing_workers=dict(REPROCESSING_WORKERS) if airflow else {}
    )
