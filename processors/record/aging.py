"""Questions about the age of documents, and which of them were disposed of; see `Ledger.engine`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, exists, func, insert, select

from processors.record.database import reading, writing
from processors.record.proofs import CHUNK
from processors.record.states import BY_NAME, State
from processors.record.tables import disposals, documents


@dataclass(frozen=True)
class Aged:
    """A document and the time of its first event, in whichever run."""

    document: str
    agency: str
    arrived: datetime
    #: id of the document that this one was enclosed in, "" for an upload
    parent: str


@dataclass(frozen=True)
class Disposed:
    """A document that was disposed of."""

    document: str
    agency: str
    type: str
    #: the list that it stood on
    disposal: str
    at: datetime


class Aging:
    """How old documents are, and what became of the oldest."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def older(self, than: datetime) -> Iterator[Aged]:
        """The documents that arrived before and were not disposed of, by id; memory does not grow with them."""
        d, last = documents.c, ""
        arrived = func.min(d.first_seen)
        while True:
            query = (
                select(d.id, func.min(d.agency), arrived, func.max(d.parent))
                .where(d.id > last, ~exists().where(disposals.c.id == d.id).correlate(documents))
                .group_by(d.id)
                .having(arrived < than)
                .order_by(d.id)
                .limit(CHUNK)
            )
            with reading(self._engine) as connection:
                found = [Aged(*row) for row in connection.execute(query)]
            yield from found
            if len(found) < CHUNK:
                return
            last = found[-1].document

    def states(self, ids: Collection[str]) -> dict[str, dict[str, State]]:
        """The state of every run of at most `CHUNK` documents: by document and run."""
        query = select(documents.c.id, documents.c.run_id, documents.c.state).where(documents.c.id.in_(ids))
        found: dict[str, dict[str, State]] = {}
        with reading(self._engine) as connection:
            for document, run, state in connection.execute(query):
                found.setdefault(document, {})[run] = BY_NAME[state]
        return found

    def parents(self, document: str) -> tuple[str, ...]:
        """The documents that enclose this one, the innermost first; a circle of parents, which is forged, ends."""
        found: list[str] = []
        with reading(self._engine) as connection:
            while True:
                query = select(func.max(documents.c.parent)).where(documents.c.id == (found or [document])[-1])
                parent = connection.scalar(query)
                if not parent or parent in found or parent == document:
                    return tuple(found)
                found.append(parent)

    def disposed(self, ids: Collection[str]) -> dict[str, Disposed]:
        """Those of at most `CHUNK` documents that were disposed of."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(disposals).where(disposals.c.id.in_(ids))).all()
        return {row.id: Disposed(*row) for row in rows}

    def note(self, one: Disposed) -> None:
        """Note that a document was disposed of; may be repeated."""
        with writing(self._engine) as connection:
            if connection.scalar(select(disposals.c.id).where(disposals.c.id == one.document)) is None:
                connection.execute(
                    insert(disposals).values(
                        id=one.document, agency=one.agency, type=one.type, disposal=one.disposal, at=one.at
                    )
                )
