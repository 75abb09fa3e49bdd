"""Puts the `refusals` process together: the door for the object store's entries, the logs, and Kafka."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from functools import partial
from threading import Event as Flag

import structlog

from processors.adapters.kafka_positions import KafkaPositions
from processors.adapters.refusals_door import Door
from processors.config import Settings
from processors.errors import SlotTaken
from processors.fail_points import FailPoint
from processors.pipeline import REFUSALS
from processors.principals import REFUSING
from processors.refusals import kafka_lines, store_entries
from processors.refusals.spool import Spool
from processors.refusals.tail import Tail
from processors.runtime.refusing import Logs, Refusing
from processors.runtime.workbench import Misconfigured


def run(slot: int, settings: Settings, stop: Flag, fail_point: FailPoint) -> None:
    """Gather refusals until asked to stop.

    Raises:
        Misconfigured: no log is named, or the door cannot be opened.
        DependencyUnavailable: Kafka does not answer.
        SlotTaken: another process has this slot.
    """
    wanted = settings.refusals
    spooled = settings.home / "refusals" / f"store-{slot}.log"
    logs: Logs = {}
    if wanted.listen:
        logs = {**logs, "store": (Tail(spooled), store_entries.parse)}
    if wanted.log is not None:
        logs = {**logs, "kafka": (Tail(wanted.log), partial(kafka_lines.parse, prefix=settings.prefix))}
    if not logs:
        raise Misconfigured("Neither CHANCERY_REFUSALS_LISTEN nor CHANCERY_REFUSALS_LOG is set.")
    hold = KafkaPositions(
        settings.kafka,
        name=REFUSING,
        slot=slot,
        topic=REFUSALS,
        prefix=settings.prefix,
        security=settings.kafka_security,
        fail_point=fail_point,
    )
    refusing = Refusing(logs, hold, seconds=wanted.seconds, now=lambda: datetime.now(UTC))
    # Kafka first: it tells whether another process has this slot, and with it the spool.
    refusing.begin()
    door: Door | None = None
    try:
        if wanted.listen:
            spool = Spool(spooled, settings.prefix)
            door = Door(wanted, spool.take, spool.lost)
    except OSError as error:
        told = f"CHANCERY_REFUSALS_LISTEN={wanted.listen}: {error.strerror or error}"
        if error.errno == errno.EADDRINUSE:
            raise SlotTaken(told) from error  # by a predecessor, who is about to end
        raise Misconfigured(told) from error
    structlog.get_logger().info("started", logs=sorted(logs))
    try:
        refusing.run(stop)
    finally:
        if door is not None:
            door.close()
