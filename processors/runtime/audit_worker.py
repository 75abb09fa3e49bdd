"""Puts the `audit` process together: the chain's bucket, its key, and the topics from the chain's positions on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event as Flag

import structlog

from processors.adapters.audit_bucket import AuditBucket
from processors.adapters.kafka_partitions import KafkaPartitions
from processors.audit.chain import Chain
from processors.audit.heads import Heads, Signer
from processors.audit.keys import KeyUnusableError, load
from processors.audit.shelf import CHAINS
from processors.audit.tip import Positions, Tip, tip_of
from processors.config import Settings
from processors.fail_points import FailPoint
from processors.places import Buckets
from processors.runtime import auditing
from processors.runtime.workbench import Misconfigured

#: The name under which Kafka is told how far the chain has come.
GROUP = "audit"


def run(slot: int, settings: Settings, stop: Flag, fail_point: FailPoint) -> None:
    """Write one chain until asked to stop.

    Raises:
        Misconfigured: the slot has no chain, or the key cannot be used.
        AuditChainBrokenError: the stored chain is not what was written.
        DependencyUnavailable: a server does not answer.
        SlotTaken: another process writes this chain.
    """
    count = settings.audit.chains
    if slot >= count:
        raise Misconfigured(f"CHANCERY_AUDIT_CHAINS={count}, so there is no chain for slot {slot}.")
    try:
        signer = Signer(load(settings.audit.key))
    except KeyUnusableError as error:
        raise Misconfigured(str(error)) from error
    bucket, name = AuditBucket(settings), str(slot)

    def others() -> Mapping[str, Tip]:
        return {other: tip_of(bucket, other) for other in bucket.folders(CHAINS) if other != name}

    tips = {**others(), name: tip_of(bucket, name)}
    # A partition may have been in another chain while there were more or fewer of them.
    positions: Positions = {}
    for tip in tips.values():
        for place, position in tip.positions.items():
            positions[place] = max(position, positions.get(place, 0))
    mine = {place: at for place, at in positions.items() if auditing.belongs(*place, slot, count)}
    own = tips[name]
    chain = Chain(
        bucket,
        name,
        Tip(own.sequence, own.digest, own.positions | mine),
        seconds=settings.audit.seconds,
        now=_now,
    )
    source = KafkaPartitions(
        settings.kafka,
        auditing.pattern(),
        group=GROUP,
        slot=slot,
        prefix=settings.prefix,
        mine=lambda topic, partition: auditing.belongs(topic, partition, slot, count),
        positions=mine,
        security=settings.kafka_security,
    )
    auditor = auditing.Auditor(
        source,
        chain,
        Heads(bucket, name, signer),
        others=others,
        buckets=Buckets(settings.prefix),
        head_minutes=settings.audit.head_minutes,
        now=_now,
        fail_point=fail_point,
    )
    structlog.get_logger().info("started", chain=name, sequence=own.sequence)
    auditor.run(stop)


def _now() -> datetime:
    return datetime.now(UTC)
