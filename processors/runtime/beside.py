"""The processes beside the stages: those that keep the ledger and the audit chain, gather refusals, and observe.

What each needs is imported when it runs: no other needs a database driver, keys or a door.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event as Flag

import structlog

from processors.adapters.kafka_reader import KafkaReader
from processors.config import Settings
from processors.fail_points import FailPoint, fail_points
from processors.runtime import recording
from processors.runtime.workbench import Misconfigured
from processors.telemetry import documents
from processors.variables import SettingInvalid


def _record(slot: int, settings: Settings, stop: Flag) -> None:
    from processors.record.database import LedgerTooNewError  # noqa: PLC0415
    from processors.record.ledger import Ledger  # noqa: PLC0415
    from processors.record.stage import Recorder  # noqa: PLC0415

    try:
        opened = Ledger.open(settings.database)
    except LedgerTooNewError as error:
        raise Misconfigured(str(error)) from error
    with opened as ledger:
        reader = KafkaReader(
            settings.kafka,
            recording.pattern(),
            group="record",
            slot=slot,
            prefix=settings.prefix,
            security=settings.kafka_security,
        )
        structlog.get_logger().info("started")
        documents.may_end()
        recording.run(reader, Recorder(ledger, documents.ended), stop)


def _audit(slot: int, settings: Settings, stop: Flag) -> None:
    from processors.audit.tip import AuditChainBrokenError  # noqa: PLC0415
    from processors.runtime import audit_worker  # noqa: PLC0415

    documents.may_run()
    try:
        audit_worker.run(slot, settings, stop, fail_point_of("audit", settings))
    except AuditChainBrokenError as error:
        # Writing on would bury what was changed.
        raise Misconfigured(str(error)) from error


def _refusals(slot: int, settings: Settings, stop: Flag) -> None:
    from processors.runtime import refusals_worker  # noqa: PLC0415

    refusals_worker.run(slot, settings, stop, fail_point_of("refusals", settings))


def _observe(slot: int, settings: Settings, stop: Flag) -> None:
    from processors.runtime import observing  # noqa: PLC0415

    observing.run(settings, stop)


def fail_point_of(name: str, settings: Settings) -> FailPoint:
    """Where a process of this name is to die, as the settings say.

    Raises:
        SettingInvalid: they name no such place.
    """
    try:
        return fail_points(name, settings.fail_points)
    except ValueError as error:
        wanted = f"empty or stage:point:probability,… ({error})"
        raise SettingInvalid("CHANCERY_FAIL_POINTS", settings.fail_points, wanted) from error


#: by its name: runs it in a slot until `stop` is set; see `main.run` for what it raises
RUN: Mapping[str, Callable[[int, Settings, Flag], None]] = {
    "record": _record,
    "audit": _audit,
    "refusals": _refusals,
    "observe": _observe,
}
