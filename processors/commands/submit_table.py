"""What became of the files of a submission, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.cells import cell_len
from rich.table import Table

from processors.commands.screen import cell, short
from processors.commands.sending import Sent
from processors.record.entry import Entry

#: Columns of a file's name at least and at most, and of a type at least.
_FILE, _TYPE = (12, 48), 8
#: Between two columns.
_GAP = 2
#: Of a reason in words; it goes on in a second line. The codes are shorter.
_REASON = 26


@dataclass(frozen=True)
class _Row:
    file: str
    document: str
    state: str
    stage: str
    type: str
    reason: str


def submit_table(sent: Sequence[Sent], known: Mapping[str, Entry], width: int) -> Table:
    """A row a file. Where the screen is narrow the file's name gives way, then its type: never the answer."""
    rows = [_row(one, known.get(one.document_id)) for one in sent]
    # Where a document is matters until it has an end.
    columns = ["document", "state", *(["stage"] if any(row.stage for row in rows) else []), "type", "reason"]
    widths = {name: max([len(name), *(cell_len(getattr(row, name)) for row in rows)]) for name in columns}
    widths["reason"] = min(widths["reason"], _REASON)
    lacking = max(0, _FILE[0] - _room(widths, width))
    widths["type"] = max(min(widths["type"], _TYPE), widths["type"] - lacking)
    file = min(max(_room(widths, width), _FILE[0]), _FILE[1])
    table = Table(box=None, pad_edge=False)
    table.add_column("file", no_wrap=True)
    for name, needed in widths.items():
        words = name == "reason"
        table.add_column(name, no_wrap=not words, overflow="fold", min_width=needed)
    for row in rows:
        fitted = replace(row, type=short(row.type, widths["type"]))
        table.add_row(cell(short(row.file, file)), *(cell(getattr(fitted, name)) for name in widths))
    return table


def _row(one: Sent, entry: Entry | None) -> _Row:
    file, document = Path(one.file).name, one.document_id[:12]
    if entry is None:
        return _Row(file, document, "sent" if document else "error", "", "", one.problem)
    stage = "" if entry.state.is_end else entry.stage
    return _Row(file, document, entry.state.value, stage, entry.type, entry.reason)


def _room(widths: Mapping[str, int], width: int) -> int:
    """What the other columns leave for the file's name."""
    return width - sum(widths.values()) - _GAP * len(widths)
