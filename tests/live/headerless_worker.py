"""A worker that writes no `traceparent`: the negative control of the traces.

Run as `python -m tests.live.headerless_worker STAGE --slot N`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from processors import config
from processors.adapters import kafka_client, kafka_log
from processors.ports import Outgoing
from processors.runtime import main


def _without(record: Outgoing) -> list[tuple[str, bytes]]:
    return kafka_client.headers_of(replace(record, trace=""))


if __name__ == "__main__":
    ours: Any = kafka_log
    ours.headers_of = _without
    stage, _, slot = sys.argv[1:]
    sys.exit(main.run(stage, int(slot), config.load()))
