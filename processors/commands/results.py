"""`chancery results`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from processors.commands import surroundings
from processors.commands.exits import CommandError, Exit
from processors.commands.fields_table import leaves
from processors.commands.inboxes import has_inbox
from processors.commands.names import agency_names
from processors.commands.screen import line, out, safe, short
from processors.commands.surroundings import Surroundings
from processors.document_types import load
from processors.record.ends import read_end
from processors.record.entry import Entry
from processors.record.facts import utc_now
from processors.record.states import State

_PERIOD = 1.0
#: Another process's transaction may show later than its time says; what is known already is told by its event.
_OVERLAP = timedelta(minutes=1)
_EVER = datetime(1970, 1, 2, tzinfo=UTC)
#: Columns of a terminal for the beginning of an id and for a type; the file name gets a third of what is left.
_ID, _TYPE = 12, 20


def run(
    agency: Annotated[str, typer.Option(help="Whose results.")],
    of_type: Annotated[str, typer.Option("--type", help="Only results of this document type.")] = "",
    follow: Annotated[bool, typer.Option(help="Go on with new results as they come, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One result event a line.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    agency_names((agency,))
    with surroundings.around() as at:
        known = at.ledger.updated_since(_EVER, State.RESULT, agency)
        _check(at, agency, of_type, known)
        entries: Iterable[Entry] = _follow(at, agency) if follow else known
        tell = _teller(out(), as_json=as_json)
        try:
            for entry in entries:
                if of_type in ("", entry.type):
                    _print(at, entry, tell)
        except KeyboardInterrupt:
            return


def _check(at: Surroundings, agency: str, of_type: str, known: Iterable[Entry]) -> None:
    """Tell a name that nobody has from one that has no results.

    Raises:
        CommandError: there is no such agency or type.
    """
    types = {entry.type for entry in known}
    heard = types or agency in at.settings.agencies or any(c.agency == agency for c in at.ledger.counts())
    if not heard and not has_inbox(at, agency):
        raise CommandError(Exit.NOT_FOUND, f"There is no agency {agency!r} here: it has no inbox and no documents.")
    if of_type and of_type not in types:
        names = types | set(load(at.settings.document_types))
        if of_type not in names:
            close = get_close_matches(of_type, names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "`chancery types` lists them."
            raise CommandError(Exit.NOT_FOUND, f"There is no document type {of_type!r}; {hint}")


def _follow(at: Surroundings, agency: str) -> Iterator[Entry]:
    since, known = _EVER, set[str]()
    while True:
        asked = utc_now()
        for entry in at.ledger.updated_since(since, State.RESULT, agency):
            if entry.end_event not in known:
                known.add(entry.end_event)
                yield entry
        since = asked - _OVERLAP
        time.sleep(_PERIOD)


def _print(at: Surroundings, entry: Entry, tell: Callable[[Entry, dict[str, Any]], None]) -> None:
    stored = read_end(at.objects, at.settings, entry)
    if stored is None:
        # Never skipped in silence: the ledger says there is one.
        typer.echo(f"chancery: {entry.id}: its result is not in the object store.", err=True)
        return
    tell(entry, json.loads(stored))


def _teller(console: Console, *, as_json: bool) -> Callable[[Entry, dict[str, Any]], None]:
    """How to tell a result: to a program, to a pipe, or in columns to a person."""
    if as_json:
        return lambda _, event: line(event)
    if not console.is_terminal:
        return lambda entry, event: typer.echo("  ".join(_texts(entry, event)))
    rows = _Rows(console.width)
    return lambda entry, event: typer.echo(rows.add(_texts(entry, event)))


class _Rows:
    """Lines of columns that do not wait for the last row, since results may come for hours."""

    def __init__(self, width: int) -> None:
        file = max(12, (width - _ID - _TYPE - 6) // 3)
        self._widths = (_ID, _TYPE, file, max(8, width - _ID - _TYPE - file - 6))
        self._headed = False

    def add(self, texts: list[str]) -> str:
        """The row's line, behind the heading if it is the first."""
        heading = "" if self._headed else self._line(["document", "type", "file", "fields"]) + "\n"
        self._headed = True
        return heading + self._line(texts)

    def _line(self, texts: list[str]) -> str:
        cut = [short(text, width) for text, width in zip(texts, self._widths, strict=False)]
        # The last in full view of its beginning: values that do not fit are left out at the end.
        if len(texts) == len(self._widths) and cell_len(texts[-1]) > self._widths[-1]:
            cut[-1] = set_cell_size(texts[-1], self._widths[-1] - 1).rstrip() + "…"
        return "  ".join(set_cell_size(t, w) for t, w in zip(cut, self._widths, strict=False)).rstrip()


def _texts(entry: Entry, event: dict[str, Any]) -> list[str]:
    """The columns of a result; the last is left out where no value was found."""
    values = leaves(event["data"]["fields"])
    told = ", ".join(f"{path}={value}" for path, value in values if value not in (None, []))
    return [entry.id[:_ID], safe(entry.type), safe(entry.original.key, 40), *([safe(told, 160)] if told else [])]
