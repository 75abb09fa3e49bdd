"""Does twice the workers read twice as fast, and does a long document stay in its place: `python -m bench.scale`.

Starts stacks of its own (real Kafka, real MinIO, all workers). First the same scanned pages with one and with two
OCR workers, in turns. Then one very long PDF, while single pages are sent: how much memory the workers use from its
first page to its last, when its first pages are read, and how long the single pages take.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import machine
from bench.calling import RESULTS, SAMPLES, command, count, say
from bench.documents import choose_scans, choose_single
from bench.scale.long_document import LongRun, make, watch
from bench.scale.report import Scaled, draw, markdown, table
from bench.scale.throughput import measure


def main() -> None:
    """Measure, show, write."""
    options = _options()
    # The stack must be stopped also when we are asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    surroundings = machine.machine() | machine.versions()
    scans = choose_scans(options.documents, options.pages)
    turns = measure(scans, options.rounds, say)
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as folder:
        long = make(scans, options.long, options.scans, Path(folder, "long.pdf"))
        single = choose_single(options.documents, "scan")
        run: LongRun = watch(long, single.path, say)
    scaled = Scaled(sum(one.pages for one in scans), turns, run)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "scale.md").write_text(
        markdown(scaled, now, command("scale", sys.argv[1:]), surroundings), encoding="utf-8"
    )
    draw(scaled, options.results / "scale.png")
    Console(stderr=options.json).print(table(scaled))
    if options.json:
        print(json.dumps(scaled.to_json() | {"date": now} | surroundings))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--documents", type=Path, default=SAMPLES, help="folder with a MANIFEST.csv")
    parser.add_argument("--pages", type=count, default=40, help="scanned pages a round, at most")
    parser.add_argument("--rounds", type=count, default=2, help="one and two workers in turns, so many times")
    parser.add_argument("--long", type=count, default=2_000, help="pages of the long document")
    parser.add_argument("--scans", type=int, default=200, help="of these, scanned pages; the others carry text")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where table and plot are written")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of the output")
    return parser.parse_args()


if __name__ == "__main__":
    main()
