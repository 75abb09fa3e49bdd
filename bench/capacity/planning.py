"""The arithmetic: how many workers, cores, GiB and GPUs a load needs, and how many partitions that takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.capacity.costs import Costs
from bench.capacity.load import Load
from bench.capacity.stages import PARTITIONS, Costed, costed

#: Partitions for each worker that the peak needs: members whose partitions cannot be shared out evenly differ by a
#: third at most, and there is room to double.
PARTITIONS_A_WORKER = 3
#: New partition counts are multiples of this, which many counts of workers divide.
_STEP = 24


@dataclass(frozen=True)
class StagePlan:
    """What one stage needs at the peak."""

    name: str
    #: seconds of a worker a document
    busy: float
    #: workers that would be at work all the time, at the peak
    erlangs: float
    #: workers to run: `erlangs` by the utilisation, and more where partitions cannot be shared out evenly
    workers: int
    #: GiB of them all
    memory: float
    topic: str
    partitions: int
    #: partitions that it should have
    wanted: int
    #: documents a second that the partitions can carry, however many workers there are
    most_documents: float

    @property
    def enough(self) -> bool:
        """Whether the partitions carry the peak."""
        return self.workers <= self.partitions

    @property
    def share(self) -> float:
        """Of the peak, what the partitions carry: above 1 there is room."""
        return self.most_documents * self.busy / self.erlangs if self.erlangs else math.inf


@dataclass(frozen=True)
class Plan:
    """What a load needs."""

    load: Load
    stages: tuple[StagePlan, ...]
    #: workers beside the way of a document -> how many
    readers: Mapping[str, int]
    #: CPU cores to have, servers included; and those busy at the peak
    cores: int
    busy_cores: float
    #: GiB of all workers; Kafka, MinIO and the database are not in it
    memory: float
    gpus: int
    #: bytes a day
    stored: float
    kafka: float
    network: float
    #: bits a second at the peak, at least
    peak_network: float

    @property
    def bottleneck(self) -> StagePlan:
        """The stage that is full first when the load grows, with the partitions that there are."""
        return min(self.stages, key=lambda one: one.share)

    @property
    def short(self) -> tuple[StagePlan, ...]:
        """Stages whose topic has too few partitions."""
        return tuple(one for one in self.stages if not one.enough)


def plan(costs: Costs, load: Load, partitions: Mapping[str, int] = PARTITIONS, replicas: int = 3) -> Plan:
    """What the load needs.

    Args:
        costs: what was measured
        load: what comes in
        partitions: of each topic
        replicas: copies of each record that Kafka keeps
    """
    peak = load.times(load.peak)
    documents = peak.documents_per_second
    stages = tuple(_stage(one, load, documents, partitions[one.live]) for one in costed(costs, load))
    readers = {
        name: max(1, math.ceil(documents * costs.of(f"{name}_document") / load.utilisation))
        for name in ("record", "audit")
    }
    servers = peak.pages_per_second * (costs.of("kafka_page") + costs.of("minio_page"))
    work = sum(one.cpu for one in costed(costs, load)) + costs.of("record_document") + costs.of("audit_document")
    busy = documents * work + servers
    read = sum(count * costs.of(f"{name}_memory") for name, count in readers.items()) / 1024
    pages, scanned = load.pages_per_day, load.scanned_share
    stored = pages * (scanned * costs.of("scanned_page_stored") + (1.0 - scanned) * costs.of("text_page_stored"))
    kafka = pages / load.pages_per_document * costs.of("document_kafka")
    # Written once and read once; each record also by the ledger and the audit chain, and by each replica.
    network = 2 * stored + kafka * (1 + 3 + replicas - 1)
    return Plan(
        load,
        stages,
        readers,
        math.ceil(busy / load.utilisation),
        busy,
        sum(one.memory for one in stages) + read,
        _gpus(load, peak),
        stored,
        kafka * replicas,
        network,
        8 * network * load.peak / 86_400,
    )


def useful(workers: int, partitions: int) -> float:
    """So many workers' work gets done by these, where the one with most partitions is full.

    A partition is read by one worker at a time: of 96 partitions, 60 workers read two or one each, and those with
    two are full when as much comes in as 48 workers can read.
    """
    return partitions / math.ceil(partitions / workers) if workers else 0.0


def _stage(one: Costed, load: Load, documents: float, partitions: int) -> StagePlan:
    busy = one.busy(load)
    erlangs = documents * busy
    # A product of decimals may lie a hair above a whole number.
    needed = max(1.0, erlangs / load.utilisation) - 1e-9
    workers = math.ceil(needed)
    if workers <= partitions:
        workers = next((n for n in range(workers, partitions + 1) if useful(n, partitions) >= needed), workers)
    # Enough stays as it is: a worker fewer than partitions is no reason to change a topic.
    wanted = partitions
    if workers > partitions:
        wanted = math.ceil(PARTITIONS_A_WORKER * math.ceil(needed) / _STEP) * _STEP
        workers = next(n for n in range(math.ceil(needed), wanted + 1) if useful(n, wanted) >= needed)
    return StagePlan(
        one.name,
        busy,
        erlangs,
        workers,
        workers * one.memory / 1024,
        one.live,
        partitions,
        wanted,
        partitions * load.utilisation / busy,
    )


def _gpus(load: Load, peak: Load) -> int:
    if load.model is None or not load.model.share:
        return 0
    asked = peak.pages_per_second * load.model.share
    return math.ceil(asked / load.model.pages_per_second / load.utilisation)
