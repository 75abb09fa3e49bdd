"""What Chancery costs beside the bare engine, and how long a page takes: `python -m bench.pipeline`.

Starts a stack of its own (real Kafka, real MinIO, all workers) in a temporary folder, sends scanned documents
through it in turns with the bare engine on the same pages, and then single pages for the latency.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import cpu, machine
from bench.calling import RESULTS, SAMPLES, command, count, say
from bench.documents import Document, choose_scans, choose_single
from bench.floor import Floor
from bench.following import Follower
from bench.pipeline import latency, overhead, plot, report
from bench.pipeline.latency import Latency
from bench.pipeline.report import Measured
from bench.throwaway import throw_away

#: After the warm-up: positions are committed and the groups are at rest.
_REST_SECONDS = 3.0
_IDLE_SECONDS = 10.0


def main() -> None:
    """Measure, show, write."""
    options = _options()
    # The stack must be stopped also when we are asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    surroundings = machine.machine() | machine.versions()
    scans = choose_scans(options.documents, options.pages)
    singles = [choose_single(options.documents, kind) for kind in ("text_layer", "scan")]
    say(f"{sum(one.pages for one in scans)} scanned pages in {len(scans)} documents of {options.documents}")
    measured = measure(scans, singles, options.rounds, options.singles)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    options.results.mkdir(parents=True, exist_ok=True)
    text = report.markdown(measured, now, command("pipeline", sys.argv[1:]), surroundings)
    (options.results / "pipeline.md").write_text(text, encoding="utf-8")
    plot.draw(measured, options.results / "pipeline.png")
    Console(stderr=options.json).print(report.table(measured))
    if options.json:
        print(json.dumps(measured.to_json() | {"date": now} | surroundings))


def measure(scans: Sequence[Document], singles: Sequence[Document], rounds: int, times: int) -> Measured:
    """Run the whole benchmark."""
    with (
        Floor([one.path for one in scans]) as floor,
        throw_away(say) as at,
        Follower(at.settings) as follower,
    ):
        for number, one in enumerate(singles):
            ids = [follower.put(one.path, f"warm-up/{number}-{one.path.name}")]
            follower.until_ended(ids, 120.0)
        time.sleep(_REST_SECONDS)
        start = cpu.read(at.chancery)
        measured = overhead.measure_rounds(rounds, at, follower, scans, floor, say)
        say(f"idle, {_IDLE_SECONDS:.0f} s")
        idle = overhead.measure_idle(at, _IDLE_SECONDS)
        each: dict[str, Latency] = {one.kind: latency.measure(follower, one, times, say) for one in singles}
        at.check()
    return Measured(len(scans), measured, idle, start, each)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pipeline", description=__doc__)
    parser.add_argument("--documents", type=Path, default=SAMPLES, help="folder with a MANIFEST.csv")
    parser.add_argument("--pages", type=count, default=40, help="scanned pages a round, at most")
    parser.add_argument("--rounds", type=count, default=3, help="pipeline and bare engine in turns, so many times")
    parser.add_argument(
        "--singles", type=count, default=20, help="single submissions of each kind, for the latency"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where table and plot are written")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of the output")
    return parser.parse_args()


if __name__ == "__main__":
    main()
