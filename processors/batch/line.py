"""Which documents stand in line before a stage: what its group has not dealt with yet, by document."""

from __future__ import annotations

import json
from collections.abc import Iterator

from processors.errors import EventInvalid
from processors.pipeline import NOTIFICATIONS, STAGES, StageRow
from processors.ports import Incoming, Topics
from processors.runtime import recording
from processors.runtime.identity import document_id
from processors.runtime.notification import landed


class Line:
    """Document ids, kept in the fewest bytes: before a stage that stood still for a day there may be a million."""

    def __init__(self) -> None:
        self._ids: set[bytes] = set()

    def add(self, document: str) -> None:
        """Note a document."""
        self._ids.add(_packed(document))

    def __contains__(self, document: str) -> bool:
        return _packed(document) in self._ids

    def __len__(self) -> int:
        return len(self._ids)


def before(row: StageRow, topics: Topics) -> Line:
    """The documents that wait before a stage."""
    return _line(topics.waiting(row.name, row.reads))


def before_the_ledger(topics: Topics) -> Line:
    """The documents of which the ledger has not read everything yet."""
    return _line(topics.waiting("record", [name for name in topics.names() if recording.reads(name)]))


def before_all(topics: Topics) -> dict[str, Line]:
    """The documents before each stage, in the order of the way; the ledger comes last, under "record".

    In this order a document that moves on meanwhile is seen at the next place, or the ledger has heard of it.
    """
    return {row.name: before(row, topics) for row in STAGES} | {"record": before_the_ledger(topics)}


def _line(records: Iterator[Incoming]) -> Line:
    line = Line()
    for incoming in records:
        for document in _documents(incoming):
            line.add(document)
    return line


def _documents(incoming: Incoming) -> Iterator[str]:
    """The documents that a record is about. What cannot be read is about none, and a dead letter soon."""
    try:
        if incoming.origin.topic == NOTIFICATIONS:
            for one in landed(incoming.value):
                yield document_id(one.bucket, one.key, one.version_id)
        else:
            yield str(json.loads(incoming.value)["subject"])
    except (EventInvalid, ValueError, KeyError, TypeError):
        return


def _packed(document: str) -> bytes:
    """Half the size of a document's id. A forged event may hold anything else."""
    try:
        return bytes.fromhex(document)
    except ValueError:
        return document.encode("utf-8", "surrogatepass")
