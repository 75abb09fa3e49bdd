"""Refusals of some time counted together, so that nobody floods the audit chain by asking for what is refused.

A row is a principal, an operation, a thing; who asks a million times makes one row that says so. Who asks for a
million different things makes as many rows as a principal may have, and one that counts the rest: an attacker
crowds out nobody's rows but his own. Nothing is left uncounted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from processors.events import AccessRefused
from processors.refusals.refusal import Outcome, Refusal, Server

#: Rows of one principal. All ways to attack that the tests know make fewer.
MOST_OF_ONE = 100
#: Rows of all principals: each is some 800 bytes on the topic.
MOST = 2_000
#: Addresses and objects that a row names; more are counted in `times` alone.
_NAMED = 8
#: Stands for everything that has no row.
OTHERS = "(others)"

_Key = tuple[Server, str, str, str, Outcome]


@dataclass
class _Row:
    agency: str
    first: datetime
    last: datetime
    times: int = 0
    addresses: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)


class Gathering:
    """Rows of one span of time."""

    def __init__(self) -> None:
        self._rows: dict[_Key, _Row] = {}
        self._of_one: Counter[tuple[Server, str]] = Counter()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, refusal: Refusal) -> None:
        """Count a refusal."""
        key = self._key(refusal)
        row = self._rows.get(key)
        if row is None:
            agency = refusal.agency if key[2] != OTHERS else ""
            row = self._rows[key] = _Row(agency, refusal.at, refusal.at)
            self._of_one[key[:2]] += 1
        row.times += 1
        row.first, row.last = min(row.first, refusal.at), max(row.last, refusal.at)
        for named, one in ((row.addresses, refusal.address), (row.objects, refusal.object)):
            if one and one not in named and len(named) < _NAMED:
                named.append(one)

    def events(self) -> Iterator[AccessRefused]:
        """A row each, in the order in which they were first seen."""
        for (server, principal, operation, thing, outcome), row in self._rows.items():
            yield AccessRefused(
                server=server,
                principal=principal,
                operation=operation,
                thing=thing,
                agency=row.agency,
                outcome=outcome,
                times=row.times,
                first=row.first,
                last=row.last,
                addresses=tuple(row.addresses),
                objects=tuple(row.objects),
            )

    def _key(self, refusal: Refusal) -> _Key:
        server, principal = refusal.server, refusal.principal
        whole = (server, principal, refusal.operation, refusal.thing, refusal.outcome)
        if whole in self._rows:
            return whole
        if len(self._rows) >= MOST:
            return (server, OTHERS, OTHERS, OTHERS, refusal.outcome)
        if self._of_one[server, principal] >= MOST_OF_ONE:
            return (server, principal, OTHERS, OTHERS, refusal.outcome)
        return whole
