"""`costs.json`: what other benchmarks found, and what is measured here, put together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bench import machine, manifest
from bench.calling import command, say
from bench.capacity import live, reading
from bench.capacity.costs import Costs, CostsFile
from bench.documents import choose
from bench.manifest import TooFew


def measure(documents: Path, pages: int, results: Path, arguments: list[str]) -> CostsFile:
    """Read, measure, and write `costs.json` into the results.

    Args:
        documents: folder with a MANIFEST.csv
        pages: scanned ones, and ones with text, at most
        results: where other benchmarks wrote theirs
        arguments: of the command line, which figures name

    Raises:
        ResultMissing: a result of another benchmark is not there.
        TooFew: the folder has no document of a kind.
        RuntimeError: a document did not end, or a worker did.
    """
    found = reading.figures(results)
    entries = manifest.read(documents)
    scans, written = choose(entries, "scan", pages), choose(entries, "text_layer", pages)
    if not scans or not written:
        raise TooFew(f"{documents} needs a scan and a document with a text layer, of {pages} pages at most.")
    about = machine.machine() | machine.versions()
    found |= live.figures(scans, written, command("capacity", arguments), say)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    whole = CostsFile(bench="capacity.measure", date=now, machine=about, costs=Costs(**found))
    results.mkdir(parents=True, exist_ok=True)
    (results / "costs.json").write_text(whole.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return whole
