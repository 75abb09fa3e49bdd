"""The ledger as people look through it: newest first, page by page, of the agencies that they may see.

Every question takes a `Reach`, so that none can be asked about the documents of an agency that is not the asker's.
Pages are cut by key, not by number: what arrives meanwhile moves nothing, and the thousandth page costs as much as
the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, false, literal, or_, select, true, tuple_

from processors.names import is_reprocessing
from processors.record.database import reading
from processors.record.entry import Entry
from processors.record.rows import entry_of_row
from processors.record.standing import published
from processors.record.states import State
from processors.record.tables import documents

#: Ids are hexadecimal, so this sorts behind everything that one can begin with.
_BEHIND = "g"
_LONGEST = 64
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Reach:
    """Whose documents exist for the asker."""

    #: None = all agencies', also of those that are added later
    agencies: frozenset[str] | None

    def holds(self, table: Any = documents) -> ColumnElement[bool]:
        """Whether a row is one of these."""
        if self.agencies is None:
            return true()
        return table.c.agency.in_(sorted(self.agencies)) if self.agencies else false()


@dataclass(frozen=True)
class Wanted:
    """Which documents are looked for; what is empty or None leaves nothing out."""

    #: the beginning of an id, or a part of the file's name or path
    untrusted_text: str = ""
    agency: str = ""
    type: str = ""
    state: State | None = None
    stage: str = ""
    reason: str = ""
    #: arrived then or later
    since: datetime | None = None
    #: arrived before
    until: datetime | None = None
    #: every run of a document, also those that a later one replaced; else each document once, as it stands
    every_run: bool = False


@dataclass(frozen=True)
class Key:
    """A place between two rows."""

    first_seen: datetime
    id: str
    run_id: str

    @classmethod
    def of(cls, entry: Entry) -> Key:
        """Right behind this one."""
        return cls(entry.first_seen, entry.id, entry.run_id)

    @property
    def values(self) -> ColumnElement[Any]:
        """For the database, each of its column's type."""
        values = (self.first_seen, self.id, self.run_id)
        return tuple_(*(literal(value, column.type) for value, column in zip(values, _ORDER, strict=True)))


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and whether there is more on either side."""

    entries: tuple[Entry, ...]
    newer: bool
    older: bool


class Browsing:
    """Questions that people ask; see `Ledger.engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(
        self, reach: Reach, wanted: Wanted, size: int, behind: Key | None = None, before: Key | None = None
    ) -> Page:
        """The newest documents that are looked for, or those behind (older than) or before (newer than) a key."""
        query = self.meant(select(documents), reach, wanted)
        place = tuple_(*_ORDER)
        if before is not None:
            query = query.where(place > before.values)
            found = self._read(query.order_by(*(column.asc() for column in _ORDER)).limit(size + 1))
            more, kept = len(found) > size, found[:size][::-1]
            return Page(kept, newer=more, older=True)
        if behind is not None:
            query = query.where(place < behind.values)
        found = self._read(query.order_by(*(column.desc() for column in _ORDER)).limit(size + 1))
        return Page(found[:size], newer=behind is not None, older=len(found) > size)

    def runs(self, reach: Reach, document: str) -> tuple[Entry, ...]:
        """Every run of a document, the first run first; empty where the document does not exist for the asker."""
        query = select(documents).where(documents.c.id == document, reach.holds())
        return self._read(query.order_by(documents.c.first_seen, documents.c.run_id))

    def enclosed(self, reach: Reach, document: str, most: int) -> tuple[Entry, ...]:
        """Documents that were found directly inside this one, each as it stands."""
        query = select(documents).where(documents.c.parent == document, reach.holds(), standing())
        return self._read(query.order_by(documents.c.key).limit(most))

    def agencies(self, reach: Reach) -> tuple[str, ...]:
        """The agencies of which there are documents, one look at the index each: there may be millions of rows."""
        found: list[str] = []
        with reading(self._engine) as connection:
            while True:
                more = documents.c.agency > found[-1] if found else true()
                query = select(documents.c.agency).where(reach.holds(), more).order_by(documents.c.agency).limit(1)
                one = connection.scalar(query)
                if one is None:
                    return tuple(found)
                found.append(one)

    def meant(self, query: Select[Any], reach: Reach, wanted: Wanted) -> Select[Any]:
        """The query for the documents that are looked for, within reach."""
        d = documents.c
        query = query.where(reach.holds())
        # What is held is no document's standing before a person has approved it, so it is looked for by itself.
        if not wanted.every_run and wanted.state is not State.HELD:
            query = query.where(standing())
        equal = {d.agency: wanted.agency, d.type: wanted.type, d.stage: wanted.stage, d.reason: wanted.reason}
        for column, value in equal.items():
            query = query.where(column == value) if value else query
        query = query.where(d.state == wanted.state.value) if wanted.state else query
        query = query.where(d.first_seen >= wanted.since) if wanted.since else query
        query = query.where(d.first_seen < wanted.until) if wanted.until else query
        return query.where(self._named(reach, wanted.untrusted_text)) if wanted.untrusted_text else query

    def _named(self, reach: Reach, untrusted_text: str) -> ColumnElement[bool]:
        """An id that begins so, where there is one: it is found by the key; else a name that holds the text."""
        text = untrusted_text.lower()
        if _HEX.issuperset(text) and len(text) <= _LONGEST:
            begins = and_(documents.c.id >= text, documents.c.id < text + _BEHIND)
            with reading(self._engine) as connection:
                if connection.scalar(select(exists().where(begins, reach.holds()))):
                    return begins
        names = (documents.c.key, documents.c.name)
        return or_(*(name.icontains(untrusted_text, autoescape=True) for name in names))

    def _read(self, query: Select[Any]) -> tuple[Entry, ...]:
        with reading(self._engine) as connection:
            return tuple(entry_of_row(row) for row in connection.execute(query).mappings())


_ORDER = (documents.c.first_seen, documents.c.id, documents.c.run_id)


def standing(table: Any = documents) -> ColumnElement[bool]:
    """Whether a row is the newest run of its document, of those that count; see `standing.published`."""
    other = documents.alias()
    later = or_(
        other.c.first_seen > table.c.first_seen,
        and_(other.c.first_seen == table.c.first_seen, other.c.run_id > table.c.run_id),
    )
    newer = exists().where(other.c.id == table.c.id, later, published(other)).correlate(table)
    return and_(published(table), ~newer)


def newest(entries: Sequence[Entry]) -> Entry:
    """Of the runs of one document, first run first, the one that stands; the last where none does yet."""
    counting = [e for e in entries if not is_reprocessing(e.run_id) or e.state in (State.RESULT, State.REVIEW)]
    return (counting or list(entries))[-1]
