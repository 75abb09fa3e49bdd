"""`chancery demo`."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live
from rich.table import Table

from processors import config
from processors.commands import surroundings, up
from processors.commands.demo_language import second_reader
from processors.commands.demo_tables import Outcome, confidence_of, outcomes_table, progress
from processors.commands.evidence_picture import best_page, draw, elsewhere, picture_of, proofs, web_page
from processors.commands.exits import Exit
from processors.commands.fields_table import leaves, shown
from processors.commands.patience import patiently
from processors.commands.samples import FOLDER, Sample, samples
from processors.commands.screen import counted, err, line, out
from processors.commands.sending import Sent, send_patiently
from processors.commands.surroundings import Surroundings
from processors.commands.waiting import snapshots
from processors.pages import Page, read_pages
from processors.places import Buckets
from processors.record.entry import Entry
from processors.record.states import State

_LOOK_FURTHER = """
Look further:
  {chancery} status                      where all documents are
  {chancery} show {id}           a document's fields with their evidence
  {chancery} trace {id}          where it spent its time, and who worked on it
  {chancery} results --agency {agency} --follow
  {chancery} submit FILE --agency {agency} --wait
  {chancery} down                        stop the stack; with --wipe, forget everything
"""


def run(
    folder: Annotated[Path, typer.Option("--samples", help="The folder of samples.")] = FOLDER,
    pictures: Annotated[Path, typer.Option(help="Where to put the picture of the evidence.")] = Path("demo"),
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for the documents.")] = 600.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    chosen = samples(folder)
    agencies = tuple(dict.fromkeys(sample.agency for sample in chosen))
    up.start(config.load(), agencies)
    with surroundings.around() as at:
        began = time.monotonic()
        buckets = Buckets(at.settings.prefix)
        sent = [(sample, send_patiently(at.objects, buckets, sample.agency, sample.path)) for sample in chosen]
        known = _watched(at, sent, timeout, began)
        seconds = time.monotonic() - began
        outcomes = [_outcome(at, sample, one, known.get(one.document_id)) for sample, one in sent]
        drawn = _drawn(at, outcomes, pictures)
        second = None if as_json else _second_reader(at, outcomes)
    if as_json:
        line({"seconds": round(seconds, 1), "documents": [_json(one) for one in outcomes], "pictures": drawn})
    else:
        _tell(outcomes, seconds, drawn)
        out().print(second)
    if not all(one.ended for one in outcomes):
        raise typer.Exit(int(Exit.TIMED_OUT))
    if any(one.entry and one.entry.state == State.DEAD_LETTER for one in outcomes):
        raise typer.Exit(int(Exit.FAILED))


def _watched(
    at: Surroundings, sent: Sequence[tuple[Sample, Sent]], timeout: float, began: float
) -> Mapping[str, Entry]:
    ids = [one.document_id for _, one in sent if one.document_id]
    console = err()
    known: Mapping[str, Entry] = {}
    with Live(console=console, refresh_per_second=5) if console.is_terminal else nullcontext() as live:
        for known in snapshots(at.ledger, ids, timeout):
            if live is not None:
                live.update(progress(sent, known, time.monotonic() - began))
    return known


def _outcome(at: Surroundings, sample: Sample, sent: Sent, entry: Entry | None) -> Outcome:
    if entry is None or not entry.state.is_end:
        return Outcome(sample, sent, entry, None)
    return Outcome(sample, sent, entry, patiently(lambda: shown(at.objects, at.settings, entry)))


def _drawn(at: Surroundings, outcomes: Sequence[Outcome], folder: Path) -> list[str]:
    """Draw the page with most proofs; the paths of the files, none if no value was found on any page."""
    best = max((one for one in outcomes if one.entry and one.shown), key=_richness, default=None)
    if best is None or best.entry is None or best.shown is None or not (number := best_page(best.shown.evidence)):
        return []
    artefacts, original = best.shown.artefacts, best.entry.original
    if "original" not in artefacts or "pages" not in artefacts:
        return []
    with tempfile.TemporaryDirectory() as scratch:
        file, lines = Path(scratch, "original"), Path(scratch, "pages.jsonl")
        at.objects.fetch(artefacts["original"], file)
        at.objects.fetch(artefacts["pages"], lines)
        page: Page = next(page for page in read_pages(lines) if page.number == number)
        picture = picture_of(file, original.media_type, number)
    values = list(leaves(best.shown.values))
    found, note = proofs(values, best.shown.evidence, number), elsewhere(values, best.shown.evidence, number)
    title = f"{original.key}, page {number}: {best.entry.type}"
    folder.mkdir(parents=True, exist_ok=True)
    png, web = folder / "evidence.png", folder / "evidence.html"
    draw(picture, page, found, title, note).save(png)
    web.write_text(web_page(picture, page, found, title, note), encoding="utf-8")
    return [str(png.resolve()), str(web.resolve())]


def _second_reader(at: Surroundings, outcomes: Sequence[Outcome]) -> Table | str:
    """What a language model reads in the document of which there is most to see."""
    best = max((one for one in outcomes if one.entry and one.shown), key=_richness, default=None)
    if (
        best is None
        or best.entry is None
        or best.shown is None
        or not {"original", "pages"} <= set(best.shown.artefacts)
    ):
        return ""
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch, "pages.jsonl")
        at.objects.fetch(best.shown.artefacts["pages"], pages)
        return second_reader(at.settings, best.entry.type, pages, best.shown.values)


def _own_name() -> str:
    """How to call this program from here: its name where the shell finds it, else its path by the interpreter."""
    if shutil.which("chancery"):
        return "chancery"
    program = Path(sys.executable).with_name("chancery")
    return str(program.relative_to(Path.cwd())) if program.is_relative_to(Path.cwd()) else str(program)


def _richness(outcome: Outcome) -> tuple[int, bool, int, float]:
    """How much there is to see: three proofs make a picture, and a released one is better than one under review."""
    evidence = outcome.shown.evidence if outcome.shown else {}
    number = best_page(evidence)
    count = sum(1 for proof in evidence.values() if number and proof.page == number)
    released = outcome.entry is not None and outcome.entry.state == State.RESULT
    return min(count, 3), released, count, confidence_of(outcome)


def _json(one: Outcome) -> dict[str, object]:
    entry = one.entry
    return {
        "file": one.sample.path.name,
        "agency": one.sample.agency,
        "document_id": one.sent.document_id,
        "state": entry.state.value if entry else "error" if one.sent.problem else "waiting",
        "reason": entry.reason if entry else one.sent.problem,
        "type": entry.type if entry else "",
        "confidence": confidence_of(one),
        "type_confidence": entry.type_confidence if entry else 0.0,
        "values_confidence": one.shown.confidence if one.shown else None,
        "fields": one.shown.values if one.shown else {},
        "expected_type": one.sample.expected_type,
        "expected_end": one.sample.expected_end,
    }


def _tell(outcomes: Sequence[Outcome], seconds: float, drawn: Sequence[str]) -> None:
    console = out()
    console.print(outcomes_table(outcomes, console.width))
    pages = sum(one.entry.original.pages for one in outcomes if one.entry)
    ended = sum(one.ended for one in outcomes)
    documents, read = counted(len(outcomes), "document"), counted(pages, "page")
    typer.echo(f"{ended} of {documents} have an end after {seconds:.1f} s, {read}.")
    for path in drawn:
        typer.echo(f"Evidence on the page: {path}")
    first = next((one for one in outcomes if one.entry and one.entry.state == State.RESULT), outcomes[0])
    shown = {"chancery": _own_name(), "id": first.sent.document_id[:12], "agency": first.sample.agency}
    typer.echo(_LOOK_FURTHER.format(**shown))
