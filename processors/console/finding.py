"""Finds the document that an address names, for who asks: the one place that decides whether it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, HTTPException, Query

from processors.console.desk import AtDesk, Desk
from processors.console.kept_files import forget
from processors.console.visitor import Visiting
from processors.record.aging import Aging, Disposed
from processors.record.browsing import Browsing, newest
from processors.record.entry import Entry

_ID = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class Case:
    """A document that the visitor may see."""

    #: every run, the first first
    runs: tuple[Entry, ...]
    #: the run that is looked at
    entry: Entry
    #: the run that stands
    standing: Entry
    #: None = it was not disposed of
    disposed: Disposed | None = None

    def run(self, name: str) -> Entry:
        """Another of its runs.

        Raises:
            HTTPException: there is none.
        """
        for one in self.runs:
            if one.run_id == name:
                return one
        raise HTTPException(404, "The document has no such run.")


def case(desk: AtDesk, visitor: Visiting, document: str, run: Annotated[str, Query(max_length=128)] = "") -> Case:
    """The document of the address, in the run of the address or as it stands.

    Raises:
        HTTPException: 404 where there is none; one that is not the visitor's is answered alike.
    """
    runs = Browsing(desk.ledger.engine).runs(visitor.reach, document) if _ID.fullmatch(document) else ()
    if not runs or not all(visitor.may_see(one.agency) for one in runs):
        raise HTTPException(404)
    standing = newest(runs)
    disposed = Aging(desk.ledger.engine).disposed([document]).get(document)
    if disposed is not None:
        _forget(desk, runs)
    found = Case(runs, standing, standing, disposed)
    return replace(found, entry=found.run(run)) if run else found


#: For the parameters of a page below `/documents/{document}`.
TheCase = Annotated[Case, Depends(case)]


def kept_case(case: TheCase) -> Case:
    """The same, where something of the document itself is asked for.

    Raises:
        HTTPException: 410, the document was disposed of.
    """
    if case.disposed is not None:
        raise HTTPException(
            410, f"This document was disposed of on {case.disposed.at:%Y-%m-%d}: its files are gone."
        )
    return case


#: For the parameters of a page that shows or hands out what the document holds.
TheKeptCase = Annotated[Case, Depends(kept_case)]


def _forget(desk: Desk, runs: Iterable[Entry]) -> None:
    """Let nothing of a document that is gone lie on this machine's disk."""
    digests = {ref.sha256 for run in runs for ref in run.artefacts.values()} - {""}
    forget(desk.settings.home / "console", digests)
