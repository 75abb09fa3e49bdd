"""What `chancery reprocess` prints: counts and names of ours, never what documents say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from processors.batch.reprocess.comparing import Compared
from processors.batch.reprocess.deciding import Decision
from processors.batch.reprocess.manifest import Manifest
from processors.batch.reprocess.progress import Progress
from processors.batch.reprocess.report import KINDS
from processors.commands.screen import cell, counted, line, out
from processors.record.states import State


def counts(found: Mapping[tuple[str, str, State], int], *, as_json: bool) -> None:
    """How many documents are meant, by agency, type and end."""
    rows = [
        {"agency": agency, "type": kind, "state": state.value, "documents": many}
        for (agency, kind, state), many in sorted(found.items())
    ]
    if as_json:
        line({"documents": sum(found.values()), "counts": rows})
        return
    table = _table(("agency", "type", "ended as"), ("documents",))
    for one in rows:
        table.add_row(*(cell(str(value)) for value in one.values()))
    out().print(table if rows else "None.")
    out().print(counted(sum(found.values()), "document"))


def progress(manifest: Manifest, found: Progress, *, as_json: bool) -> None:
    """How far a run is."""
    if as_json:
        line(_progress(manifest, found))
        return
    states = ", ".join(f"{state.value} {many:,}" for state, many in sorted(found.states.items(), key=_rank))
    left_out = f", left out {found.left_out:,}" if found.left_out else ""
    told = f"{manifest.wish.name}: {counted(found.documents, 'document')}, sent {found.sent:,}{left_out}"
    out().print(cell(f"{told}; {states or 'nothing heard of yet'}."))


def compared(found: Compared) -> None:
    """Counts by field, and where the reports lie."""
    table = _table(("agency", "type", "field"), (*KINDS, "surer", "less sure"))
    for one in found.figures["fields"]:
        numbers = (one[name] for name in (*KINDS, "surer", "less_sure"))
        table.add_row(*(cell(one[name]) for name in ("agency", "type", "field")), *(f"{n:,}" for n in numbers))
    console = out()
    console.print(table)
    for one in found.figures["ends"]:
        console.print(cell(f"{one['agency']}: {one['old']} → {one['new']}: {one['documents']:,}"))
    if not found.figures["finished"]:
        console.print("Not all documents have a new end yet: compare again before anybody decides.")
    for page in found.pages:
        console.print(cell(f"{page.bucket}/{page.key}"))


def listed(rows: Sequence[tuple[Manifest, Progress, Decision | None]], *, as_json: bool) -> None:
    """A row a reprocessing."""
    if as_json:
        for manifest, found, decided in rows:
            line(_progress(manifest, found) | {"decision": decided and decided.model_dump(mode="json")})
        return
    table = _table(("name", "from", "asked by", "decision"), ("documents", "sent", "ended", "left out"))
    for manifest, found, decided in rows:
        word = f"{decided.word} by {decided.by}" if decided else "" if manifest.wish.release else "compare only"
        texts = (manifest.wish.name, manifest.wish.stage, manifest.wish.by, word)
        numbers = (found.documents, found.sent, found.ended, found.left_out)
        table.add_row(*map(cell, texts), *(f"{number:,}" for number in numbers))
    out().print(table if rows else "None.")


def _progress(manifest: Manifest, found: Progress) -> dict[str, object]:
    return {
        "name": manifest.wish.name,
        "run": manifest.run,
        "stage": manifest.wish.stage,
        "by": manifest.wish.by,
        "documents": found.documents,
        "sent": found.sent,
        "left_out": found.left_out,
        "ended": found.ended,
        "finished": found.finished,
        "states": {state.value: many for state, many in sorted(found.states.items(), key=_rank)},
    }


def _rank(item: tuple[State, int]) -> int:
    return item[0].rank


def _table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in texts:
        table.add_column(title)
    for title in numbers:
        table.add_column(title, justify="right")
    return table
