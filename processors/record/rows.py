"""Entries as rows of the ledger, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from processors.events import Original, Ref
from processors.record.entry import Entry
from processors.record.states import BY_NAME

_ORIGINAL_FIELDS = tuple(Original.model_fields)


def row_of(entry: Entry) -> dict[str, Any]:
    """The columns of an entry, all but `updated`."""
    own = {f.name: getattr(entry, f.name) for f in fields(Entry) if f.name not in ("original", "updated")}
    artefacts = {role: ref.model_dump(mode="json") for role, ref in entry.artefacts.items()}
    return own | entry.original.model_dump() | {"state": entry.state.value, "artefacts": artefacts}


def entry_of_row(row: RowMapping) -> Entry:
    """A row of the ledger as it was written; for other views of the same database."""
    own = {f.name: row[f.name] for f in fields(Entry) if f.name != "original"}
    own["state"] = BY_NAME[row["state"]]
    own["artefacts"] = {role: Ref.model_validate(ref) for role, ref in row["artefacts"].items()}
    return Entry(**own, original=Original(**{name: row[name] for name in _ORIGINAL_FIELDS}))
