"""What a run of a document read, with its evidence, and why a person must look: from the store, not the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from processors.batch.reprocess.differences import Side
from processors.batch.reprocess.sides import side_of
from processors.console.desk import Desk
from processors.document_types.paths import walk
from processors.errors import ArtefactMissing, EventInvalid
from processors.events import Event, Evidence, Ref, Review, ReviewRequested
from processors.fields import Fields
from processors.places import KeptKind, end_key
from processors.record.entry import Entry
from processors.record.states import State
from processors.runtime.codec import decode

_KINDS: Mapping[State, tuple[KeptKind, ...]] = {
    State.RESULT: ("result",),
    State.REVIEW: ("review",),
    State.HELD: ("held-result", "held-review"),
}


@dataclass(frozen=True)
class Value:
    """One field and its proof. The value and the proof's text are the document's: untrusted."""

    path: str
    untrusted: object
    proof: Evidence | None
    #: review reasons about it
    doubts: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """For a page; "" where nothing was found."""
        return "" if self.untrusted is None else str(self.untrusted)


@dataclass(frozen=True)
class Read:
    """What there is to show of a run beyond the ledger."""

    side: Side
    artefacts: dict[str, Ref]
    #: reason and field path ("" = the whole document)
    doubts: tuple[tuple[str, str], ...] = ()
    failed_rules: tuple[str, ...] = ()
    #: pages that could not be read, with why
    unread: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    supersedes: str = ""
    review: Review | None = None
    values: tuple[Value, ...] = field(default=())
    #: what was read is no longer in the store, such as after its retention: this is what the ledger knows
    gone: bool = False


def read_if_kept(desk: Desk, entry: Entry) -> Read:
    """What a run read or, where that was deleted, what the ledger knows of it.

    Raises:
        DependencyUnavailable: the store does not answer.
    """
    try:
        return read(desk, entry)
    except ArtefactMissing:
        return replace(known(entry), artefacts=entry.artefacts)


def known(entry: Entry) -> Read:
    """What the ledger knows of a run of which nothing is left in the store."""
    return Read(Side(entry.state.value, entry.type, entry.type_version, entry.reason), {}, gone=True)


def read(desk: Desk, entry: Entry) -> Read:
    """What a run read, as far as it came.

    Raises:
        DependencyUnavailable: the store does not answer.
        ArtefactMissing: what the ledger names is gone.
    """
    end = end_of(desk, entry)
    if end is None:
        return _unfinished(desk, entry)
    side, data = side_of(end, desk.objects), end.data
    asked = data if isinstance(data, ReviewRequested) else None
    doubts = asked.reasons if asked else ()
    return Read(
        side,
        artefacts=entry.artefacts | data.artefacts,
        doubts=doubts,
        failed_rules=tuple(rule.name for rule in asked.failed_rules) if asked else (),
        unread=tuple((one.page, one.reason) for one in data.unread),
        notes=data.notes,
        supersedes=getattr(data, "supersedes", ""),
        review=getattr(data, "review", None),
        values=tuple(_values(side, doubts)),
    )


def end_of(desk: Desk, entry: Entry) -> Event[Any] | None:
    """The event that ended a run, or the one that is held; None if it has none of its own, or not yet.

    Raises:
        ArtefactMissing: what lies there is no event that this version can read.
    """
    for kind in _KINDS.get(entry.state, ()):
        there = desk.objects.info(desk.buckets.documents, end_key(entry.document, kind))
        if there is not None:
            try:
                return decode(desk.objects.read(there.ref))
            except EventInvalid as error:
                raise ArtefactMissing("not of the expected form") from error
    return None


def _unfinished(desk: Desk, entry: Entry) -> Read:
    """Values that were read of a document that has no end of its own yet."""
    ref = entry.artefacts.get("fields")
    if ref is None:
        return Read(Side(entry.state.value, entry.type, entry.type_version, entry.reason), entry.artefacts)
    try:
        fields = Fields.model_validate_json(desk.objects.read(ref))
    except ValidationError as error:
        raise ArtefactMissing("not of the expected form") from error
    side = Side(
        entry.state.value, fields.type, fields.type_version, entry.reason, {}, fields.values, fields.evidence
    )
    return Read(side, entry.artefacts, values=tuple(_values(side, ())))


def _values(side: Side, doubts: tuple[tuple[str, str], ...]) -> Iterator[Value]:
    """Every value, then every field that was looked for in vain."""
    about: dict[str, list[str]] = {}
    for reason, path in doubts:
        about.setdefault(path, []).append(reason)
    values = dict(walk(side.values))
    missing = [path for path, proof in side.evidence.items() if path not in values and proof.verdict == "missing"]
    for path in (*values, *missing, *(p for p in about if p and p not in values and p not in missing)):
        yield Value(path, values.get(path), side.evidence.get(path), tuple(about.get(path, ())))
