"""A worker of a later release, as its readers see it: what it writes is what ours writes, changed.

Run as `python -m tests.faults.newer_worker MODE STAGE --slot N`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

from processors import config, pipeline
from processors.adapters.kafka_log import KafkaLog
from processors.config import Settings
from processors.ports import Incoming, Outgoing
from processors.runtime import main

#: Members that nobody here knows; a value outside a closed list; a breaking change of the event.
Mode = Literal["members", "value", "major"]


def changed(value: bytes, mode: Mode) -> bytes:
    """The event as the later release writes it."""
    record = json.loads(value)
    if mode == "members":
        data = record["data"]
        for part in (record, data, data["document"], data["document"]["original"]):
            part["later"] = {"of": ["a", "newer", "release"]}
    elif mode == "value":
        record["datacontenttype"] = "application/of-a-newer-release"
    else:
        record["type"] = record["type"].rpartition(".v")[0] + ".v2"
    return json.dumps(record).encode()


class NewerLog(KafkaLog):
    """Writes what a later release writes."""

    mode: Mode = "members"

    def commit(self, outputs: Sequence[Outgoing], done: Sequence[Incoming]) -> None:
        super().commit([replace(output, value=changed(output.value, self.mode)) for output in outputs], done)


def newer_log(settings: Settings, row: pipeline.StageRow, slot: int) -> NewerLog:
    return NewerLog(
        settings.kafka, group=row.name, slot=slot, topics=row.reads, batch=row.batch, prefix=settings.prefix
    )


if __name__ == "__main__":
    mode, stage, _, number = sys.argv[1:]
    (NewerLog.mode,) = (known for known in get_args(Mode) if known == mode)
    sys.exit(main.run(stage, int(number), config.load(), newer_log))
