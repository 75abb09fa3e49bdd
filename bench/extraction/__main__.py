"""How well documents are classified and their fields read, from the files on: `python -m bench.extraction`.

Takes any folder with a `MANIFEST.csv` and `labels.jsonl` files. Pages come from Chancery's own recognition and are
kept. Without more the shipped models are judged; with `--train` models made from another folder, with `--folds`
models made from the other folds. With `--json` the last line of the output is one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime

import structlog
from rich.console import Console

from bench import machine
from bench.calling import command
from bench.extraction import measured, plot, report
from bench.extraction.options import parse
from bench.extraction.running import run
from bench.ocr.progress import Progress
from processors.forge.evaluation import reporting

#: Servers of the pipeline have no part in this.
_OTHERS = ("kafka", "minio")
#: Where nobody watches there is no width to fit, and tables are wide.
_COLUMNS = 180


def main() -> None:
    """Measure, show, write."""
    options = parse(__doc__)
    # The output is for results alone.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # Inherited by every process: threads that spin would count as work.
    os.environ |= {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    surroundings = machine.machine() | {k: v for k, v in machine.versions().items() if k not in _OTHERS}
    with Progress() as say:
        found, summed = run(options, say)
    line = measured.line(found)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    options.results.mkdir(parents=True, exist_ok=True)
    called = command("extraction", sys.argv[1:])
    text = report.markdown(line, now, called, surroundings)
    (options.results / "extraction.md").write_text(text, encoding="utf-8")
    plot.draw(found, line, options.results / "extraction.png")
    about = {"when": now, "command": called, "documents": str(line["documents"]), "models": report.HOW[found.how]}
    reporting.write(summed, options.report or options.results / "extraction.html", about=about)
    console = Console(stderr=options.json)
    if not console.is_terminal:
        console = Console(stderr=options.json, width=_COLUMNS)
    console.print(*report.tables(line))
    if options.json:
        print(json.dumps(line | {"date": now} | surroundings))


if __name__ == "__main__":
    main()
