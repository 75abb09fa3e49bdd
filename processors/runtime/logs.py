"""Logs as JSON lines on stderr: codes, ids and counts, never text of a document or a sender's names."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Any

import structlog

from processors.runtime.whereabouts import whereabouts

#: Libraries that are heard from this level on. An error of theirs reaches us as one of ours.
_HEARD_FROM = {
    # It tells of every reconnect.
    "kafka": logging.ERROR,
    # An error for each refused connection: dozens while a broker restarts.
    "kafka.net.manager": logging.CRITICAL,
    "kafka.net.connection": logging.CRITICAL,
    "kafka.net.transport": logging.CRITICAL,
    # A line for each prompt; what was asked is told once, by us.
    "httpx": logging.WARNING,
    # A line for each try that failed, with the whole path: in an inbox that is the sender's name for the file.
    "urllib3": logging.ERROR,
}


def configure(level: int = logging.INFO, **always: str | int) -> None:
    """Set up logging of this process; `always` stands on every line (stage, slot)."""
    shared: list[structlog.typing.Processor] = [
        # Of the piece of work in hand: document, run and trace, see `telemetry/tracing.py`.
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _, __, event: {**always, **event},
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_message,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library, heard_from in _HEARD_FROM.items():
        logging.getLogger(library).setLevel(heard_from)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _died
    threading.excepthook = lambda thread: _died(
        thread.exc_type, thread.exc_value or thread.exc_type(), thread.exc_traceback
    )


def _without_message(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Of an exception that is logged the class and the places: its message may quote a document."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else sys.exc_info()[1] if told is True else None
    if isinstance(told, tuple):
        error = told[1]
    if error is not None:
        event["error"], event["at"] = type(error).__name__, whereabouts(error.__traceback__)
    event.pop("stack_info", None)
    return event


def _died(kind: type[BaseException], _: BaseException, at: TracebackType | None) -> None:
    """The last word of a process that ends by an error which nobody expected."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().critical("died", detail=kind.__name__, at=whereabouts(at))
