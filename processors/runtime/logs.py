"""Logs as JSON lines on stderr: codes, ids and counts, never text of a document or a sender's names."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(**always: str | int) -> None:
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
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # kafka-python tells of every reconnect; what matters of it reaches us as an error.
    logging.getLogger("kafka").setLevel(logging.ERROR)
    for chatty in ("kafka.net.manager", "kafka.net.connection", "kafka.net.transport"):
        # An error for each refused connection: dozens while a broker restarts.
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    # A line for each prompt; what was asked is told once, by us.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
