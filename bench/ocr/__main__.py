"""What recognition costs and how well it reads, beside the bare engine and other tools: `python -m bench.ocr`.

Scanned pages of a folder go through our OCR stage, the bare engine and every peer that is there, document by
document in turns; pages with a text layer through the stage and the bare engine; documents with truth through both,
by group. With `--json` the last line of the output is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import structlog
from rich.console import Console

from bench import machine, manifest
from bench.bare import system_version
from bench.calling import RESULTS, SAMPLES, command, count
from bench.documents import choose
from bench.floor import Floor
from bench.manifest import Entry, TooFew
from bench.ocr import accuracy, catalogue, groups, text_layer
from bench.ocr import plot as ocr_plot
from bench.ocr import report as ocr_report
from bench.ocr.measured import Measured
from bench.ocr.prepared import prepare
from bench.ocr.progress import Progress
from bench.ocr.tools import Failed
from bench.ocr.turns import Turns
from processors.ocr import tessdata
from processors.runtime import levels

#: Servers of the pipeline have no part in recognition.
_OTHERS = ("kafka", "minio")
#: Where nobody watches there is no width to fit, and tables are wide.
_COLUMNS = 140


def main() -> None:
    """Measure, show, write."""
    options = _options()
    # What was started is ended also when we are asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # The output is for results alone.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    surroundings = machine.machine() | {k: v for k, v in machine.versions().items() if k not in _OTHERS}
    surroundings["sandbox"] = str(levels.found())
    # Inherited by every tool: Tesseract's OpenMP threads spin, and wheel and program must find the same packs.
    folder = tessdata.find(os.environ.get("CHANCERY_TESSDATA", ""))
    os.environ |= {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "TESSDATA_PREFIX": str(folder)}
    with Progress() as say:
        measured = measure(options, folder, say)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    options.results.mkdir(parents=True, exist_ok=True)
    text = ocr_report.markdown(measured, now, command("ocr", sys.argv[1:]), surroundings)
    (options.results / "ocr.md").write_text(text, encoding="utf-8")
    ocr_plot.draw(measured, options.results / "ocr.png")
    console = Console(stderr=options.json)
    if not console.is_terminal:
        console = Console(stderr=options.json, width=_COLUMNS)
    console.print(*ocr_report.tables(measured))
    if options.json:
        print(json.dumps(measured.to_json() | {"date": now} | surroundings))


def measure(options: argparse.Namespace, packs: Path, say: Progress) -> Measured:
    """Run the whole benchmark.

    Raises:
        TooFew: the folder has nothing that could be measured.
    """
    entries = manifest.read(options.documents)
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as scratch, ExitStack() as running:
        place = Path(scratch)
        for name in ("peers", "program", "cases", "layers"):
            (place / name).mkdir()
        say("choosing documents")
        scans = choose(entries, "scan", options.pages)
        layers = choose(entries, "text_layer", options.pages)
        cases = groups.cases(entries, place / "cases", options.per_group, say) if options.per_group else []
        if not (scans or layers or cases):
            raise TooFew(f"No document of {options.documents} can be measured: no scans, no text layers, no truth.")
        ours = catalogue.ours(place / "home", _languages(entries, packs))
        for tool in ours.values():
            running.callback(tool.stop)
        prepared = prepare(scans, place / "peers", say) if options.peers else {}
        peers = catalogue.peers(options.peers, prepared, place / "program" / "wheel")
        floors = [running.enter_context(Floor())]
        if system_version() and system_version() != floors[0].version:
            floors.append(running.enter_context(Floor(build="system")))
        turns = Turns(floors, [*ours.values(), *peers.tools], scans)
        turns.run(options.rounds if scans else 0, say)
        layer, failed = None, ""
        if layers:
            try:
                layer = text_layer.measure(ours["ours"], floors[0], layers, place / "layers", say)
            except Failed as failure:
                failed = str(failure)
        scores = accuracy.measure(cases, ours["ours"], floors[0], say)
        return Measured(
            rows=turns.rows(),
            documents=len(scans),
            pages=sum(one.pages for one in scans),
            rounds=len(turns.rounds),
            layer=layer,
            layer_failed=failed,
            scores=scores,
            absent=peers.absent,
            start_each=catalogue.starts(peers.tools),
            outputs=ours["ours"].outputs_per_page,
            by_document=turns.by_document("ours"),
        )


def _languages(entries: Sequence[Entry], packs: Path) -> tuple[str, ...]:
    """What the installation would be set up for: English, and the folder's languages, as far as they are there."""
    if said := os.environ.get("CHANCERY_LANGUAGES"):
        return tuple(said.split("+"))
    others = sorted({groups.pack(entry.language) for entry in entries} - {"eng"})
    return ("eng", *(pack for pack in others if tessdata.has(packs, pack)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.ocr", description=__doc__)
    parser.add_argument("--documents", type=Path, default=SAMPLES, help="folder with a MANIFEST.csv")
    parser.add_argument("--pages", type=count, help="pages for the cost of scans and of text layers, at most (40)")
    parser.add_argument("--rounds", type=count, help="all tools in turns, so many times (2)")
    parser.add_argument("--per-group", type=int, help="documents with truth a group, at most; 0 = no accuracy (10)")
    parser.add_argument("--quick", action="store_true", help="a few pages, one round: a try, not a figure")
    parser.add_argument(
        "--peers",
        type=_peers,
        default=list(catalogue.DEFAULT),
        help=f"`default`, `all` (installs what can be installed), `none`, or some of {','.join(catalogue.ALL)}",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where table and plot are written")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of the output")
    options = parser.parse_args()
    for name, usual, quick in (("pages", 40, 6), ("rounds", 2, 1), ("per_group", 10, 2)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else usual)
    return options


def _peers(text: str) -> list[str]:
    named = {"default": list(catalogue.DEFAULT), "all": list(catalogue.ALL), "none": []}
    chosen = named[text] if text in named else text.split(",")
    if not set(chosen) <= set(catalogue.ALL):
        raise ValueError(text)
    return chosen


if __name__ == "__main__":
    main()
