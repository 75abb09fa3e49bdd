"""`chancery expect`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from processors import config
from processors.commands import surroundings, up
from processors.commands.exits import Exit
from processors.commands.expectations import Expected, expected
from processors.commands.screen import cell, counted, err, line, out, short
from processors.commands.sending import Sent, send_patiently
from processors.commands.surroundings import Surroundings
from processors.commands.waiting import snapshots
from processors.places import Buckets
from processors.record.entry import Entry
from processors.record.states import State

#: Seconds by which the ledger may be behind on one topic when it has read of the same document on another.
_TOPICS_APART = 1.0
#: Columns of a file's name.
_FILE = 40


@dataclass(frozen=True)
class Ended:
    """How a document of the folder ended, and the documents inside it."""

    expected: Expected
    sent: Sent
    #: None if nothing was heard of it
    entry: Entry | None
    inside: tuple[Entry, ...]

    @property
    def met(self) -> bool:
        """Whether it ended as it should, and everything inside it ended, none by our own fault."""
        inside = all(one.state.is_end and one.state != State.DEAD_LETTER for one in self.inside)
        return self.expected.met_by(self.entry) and inside


def run(
    folder: Annotated[Path, typer.Argument(help="A folder with a MANIFEST.csv.", metavar="DIR")],
    agency: Annotated[str, typer.Option(help="Whose inbox.")] = "expect",
    only: Annotated[list[str] | None, typer.Option(help='Only documents of such names, as "odd/*".')] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for all of them.")] = 3600.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    documents = expected(folder, only or [])
    up.start(config.load(), (agency,))
    with surroundings.around() as at:
        began = time.monotonic()
        buckets = Buckets(at.settings.prefix)
        sent = [send_patiently(at.objects, buckets, agency, one.path, one.name) for one in documents]
        known = _watched(at, [one.document_id for one in sent if one.document_id], began + timeout)
        seconds = time.monotonic() - began
        ended = [
            Ended(document, one, known.get(one.document_id), at.ledger.enclosed(one.document_id))
            for document, one in zip(documents, sent, strict=True)
        ]
    if as_json:
        line({"seconds": round(seconds, 1), "met": _met(ended), "documents": [_json(one) for one in ended]})
    else:
        out().print(_table(ended))
        told = f"{_met(ended)} of {counted(len(ended), 'document')} ended as expected"
        typer.echo(f"{told}, {seconds:.0f} s.")
    if _met(ended) < len(ended):
        raise typer.Exit(int(Exit.FAILED))


def _watched(at: Surroundings, ids: Sequence[str], deadline: float) -> Mapping[str, Entry]:
    """Wait until all have ended, and all that they enclose, and so on."""
    known: dict[str, Entry] = {}
    console = err()
    with (
        Live(console=console, refresh_per_second=4, transient=True)
        if console.is_terminal
        else nullcontext() as live
    ):
        while ids:
            seconds = max(deadline - time.monotonic(), 0.0)
            for now in snapshots(at.ledger, ids, seconds):
                known |= now
                if live is not None:
                    live.update(_progress(known, len(ids)))
            # What a document encloses is announced long before its end, but the ledger reads other topics for it.
            time.sleep(_TOPICS_APART)
            inside = [one.id for outer in ids for one in at.ledger.enclosed(outer) if one.id not in known]
            ids = inside if time.monotonic() < deadline else ()
    return known


def _progress(known: Mapping[str, Entry], sent: int) -> Table:
    table = Table(box=None)
    at = Counter(entry.state for entry in known.values())
    table.add_column("sent", justify="right")
    for state in State:
        table.add_column(state.value.replace("_", " "), justify="right")
    table.add_row(str(sent), *(str(at[state] or "") for state in State))
    return table


def _met(ended: Sequence[Ended]) -> int:
    return sum(one.met for one in ended)


def _table(ended: Sequence[Ended]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", "file", "expected", "end", "reason", "type", "inside"):
        table.add_column(title, no_wrap=title != "reason", overflow="fold")
    table.add_column("pages", justify="right")
    for one in ended:
        entry = one.entry
        mark = cell("ok" if one.met else "NO", style="green" if one.met else "red")
        state = entry.state.value if entry else "error" if one.sent.problem else "unheard of"
        inside = ", ".join(f"{many} {state}" for state, many in _inside(one).items())
        reason, kind = (entry.reason, entry.type) if entry else (one.sent.problem, "")
        texts = (short(one.expected.name, _FILE), one.expected.expect or "ok", state, reason, kind, inside)
        table.add_row(mark, *map(cell, texts), str(entry.original.pages or "") if entry else "")
    return table


def _inside(one: Ended) -> Counter[str]:
    return Counter(entry.state.value for entry in one.inside)


def _json(one: Ended) -> dict[str, Any]:
    entry = one.entry
    return {
        "file": one.expected.name,
        "expect": one.expected.expect,
        "met": one.met,
        "document_id": one.sent.document_id,
        "state": entry.state.value if entry else "error" if one.sent.problem else "",
        "reason": entry.reason if entry else one.sent.problem,
        "type": entry.type if entry else "",
        "pages": entry.original.pages if entry else 0,
        "inside": dict(_inside(one)),
    }
