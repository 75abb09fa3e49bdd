"""Makes the report of the fault tests: `python -m bench.faults FILE… [--json]`, run by `make faults`.

Reads pytest's JUnit files, writes `faults.html` (plots and tables) and `faults.json` into bench/results/.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import machine
from bench.calling import RESULTS
from bench.faults import report
from bench.faults.reading import Told, read


def main() -> int:
    """Read, write, show; 0 if nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="JUnit files of pytest; a later one replaces")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the report goes")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    try:
        told = read(options.files)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    about = {"date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")} | machine.machine() | machine.versions()
    options.results.mkdir(parents=True, exist_ok=True)
    found = report.to_json(told, about)
    (options.results / "faults.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (options.results / "faults.html").write_text(report.page(told, about), encoding="utf-8")
    Console(stderr=options.json).print(_table(told))
    if options.json:
        print(json.dumps(found["summary"]))
    return int(any(one.outcome == "failed" for one in told))


def _table(told: list[Told]) -> Table:
    drawn = Table("test", "outcome", *(name.replace("_", " ") for name in report.COUNTS[:3]), title="bench.faults")
    for one in told:
        drawn.add_row(one.test, one.outcome, *(str(one.figures.get(name, "")) for name in report.COUNTS[:3]))
    return drawn


if __name__ == "__main__":
    sys.exit(main())
