"""What the store holds about reprocessings, for people: what was asked for, what was compared, what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from processors.batch.reprocess.deciding import Decision, decision
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest, find, names
from processors.console.desk import Desk
from processors.console.visitor import Visitor
from processors.places import reprocessing_key, reprocessing_report_key

#: What becomes of a value, in the order in which it is shown.
KINDS = ("same", "changed", "appeared", "vanished")


@dataclass(frozen=True)
class Reprocessing:
    """One, and as much of its reports as a visitor may see."""

    manifest: Manifest
    decided: Decision | None
    #: they may see the report of the whole: it counts documents of every agency
    whole: bool
    #: whose own reports there are, and are theirs to see
    agencies: tuple[str, ...]

    @property
    def compared(self) -> bool:
        """Whether there is a report."""
        return bool(self.agencies)

    @property
    def standing(self) -> str:
        """Where it stands, as a class of style."""
        if self.decided is not None:
            return self.decided.word
        if not self.compared:
            return "running"
        return "waiting" if self.manifest.wish.release else "compared"


def all_of(desk: Desk, visitor: Visitor, agencies: Iterable[str]) -> list[Reprocessing]:
    """Those that the visitor may see, the newest first.

    Args:
        desk: see `desk.Desk`
        visitor: who looks
        agencies: that exist
    """
    theirs = tuple(agencies)
    found = (one for name in names(desk) if (one := one_of(desk, visitor, name, theirs)) is not None)
    return sorted(found, key=lambda one: one.manifest.wish.at, reverse=True)


def one_of(desk: Desk, visitor: Visitor, name: str, agencies: Iterable[str]) -> Reprocessing | None:
    """One by name; None if there is none, or nothing of it is the visitor's to see."""
    try:
        manifest = find(desk, name)
    except ReprocessError:
        return None
    meant = manifest.wish.selection.agencies
    theirs = tuple(
        agency
        for agency in agencies
        if visitor.may_see(agency) and (not meant or agency in meant) and _there(desk, agency, manifest.run)
    )
    if not theirs and not visitor.every_agency:
        return None
    return Reprocessing(manifest, decision(desk, manifest.run), visitor.every_agency, theirs)


def figures(desk: Desk, one: Reprocessing, agency: str = "") -> Mapping[str, Any] | None:
    """What the report says, of all or of one agency, with examples there; None as long as there is none.

    The caller asks first whether the visitor may see it.
    """
    bucket, key = _place(desk, one.manifest.run, agency)
    there = desk.objects.info(bucket, key)
    if there is None:
        return None
    # A value of a document may hold half a character, which JSON can say and a page cannot.
    text = desk.objects.read(there.ref).decode("utf-8", "replace")
    return _readable(json.loads(text))  # type: ignore[no-any-return]


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_readable(one) for one in value]
    if isinstance(value, dict):
        return {name: _readable(one) for name, one in value.items()}
    return value


def _place(desk: Desk, run: str, agency: str) -> tuple[str, str]:
    if agency:
        return desk.buckets.documents, reprocessing_report_key(agency, run, "report.json")
    return desk.buckets.work, reprocessing_key(run, "report.json")


def _there(desk: Desk, agency: str, run: str) -> bool:
    return desk.objects.info(*_place(desk, run, agency)) is not None
