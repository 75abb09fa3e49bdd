"""What telling of the work costs: `python -m bench.traces`. Processor time of this process, so load does not count.

A piece of work is told of as a worker does it, with everything around it left out: the eight parts of a page range
that completes its document, the answer, and the transaction.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from processors import config
from processors.adapters.trace_export import tracing
from processors.events import DocumentId, Origin, Original
from processors.ports import Incoming
from processors.telemetry.trace_settings import TraceSettings
from processors.telemetry.tracing import OFF, Attempt, Tracing, in_hand, step

_PIECES, _ROUNDS = 2_000, 7
_PARTS = ("fetch", "process", "store", "join", "process", "store", "end")


def tell(listening: Tracing, pieces: int) -> None:
    """Tell of so many pieces of work, each of another document."""
    for number in range(pieces):
        original = Original(bucket="inbox-a", key="a.pdf", version_id="1", size=1)
        document = DocumentId(id=f"{number:032x}", agency="justice", original=original)
        record = Incoming(Origin(topic="pages.requested", partition=0, offset=number), b"", b"", written=1)
        listening.taken()
        with in_hand(listening, Attempt(record, document, "work", None, 1, again=False)) as told:
            for part in _PARTS:
                with step(part):
                    pass
            told.answered(())
        listening.committed()


def nothing(pieces: int) -> None:
    """What the loop itself costs."""
    for number in range(pieces):
        original = Original(bucket="inbox-a", key="a.pdf", version_id="1", size=1)
        DocumentId(id=f"{number:032x}", agency="justice", original=original)
        Incoming(Origin(topic="pages.requested", partition=0, offset=number), b"", b"", written=1)


def microseconds(does: Callable[[int], None]) -> float:
    """Of processor time for a piece of work: the median of some rounds."""
    does(_PIECES // 10)
    rounds = []
    for _ in range(_ROUNDS):
        before = time.process_time()
        does(_PIECES)
        rounds.append((time.process_time() - before) / _PIECES * 1e6)
    return statistics.median(rounds)


def main() -> None:
    """Print a table."""
    floor = microseconds(nothing)
    with tempfile.TemporaryDirectory() as home:
        for name, to, share in (
            *(("off", "off", 1.0), ("files, all documents", str(Path(home) / "traces"), 1.0)),
            *(("files, none of these documents", str(Path(home) / "traces"), 0.000000001),),
            ("a collector that is away", "http://127.0.0.1:9/v1/traces", 1.0),
        ):
            traces = TraceSettings(to=to, share=share)
            settings = replace(config.load({"CHANCERY_HOME": home}), traces=traces)
            listening = tracing(settings, "ocr", 0)
            assert (listening is OFF) is (to == "off")
            cost = microseconds(partial(tell, listening)) - floor
            sys.stdout.write(f"{name:40} {cost:8.1f} µs\n")
            listening.close()


if __name__ == "__main__":
    main()
