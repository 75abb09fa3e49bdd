"""What the audit chain holds about one document: every event, act and refusal, in the order of the chain.

A chain may hold a billion records, of which a document has some ten. So the walk begins near the document's first
event, found by halving, and looks at so many records at a time; the visitor may let it look on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from processors.audit.shelf import CHAINS, Shelf, Stored, last, number_of, segment_key
from processors.record.entry import Entry

#: Records of one look: some 30 MB of them pass by.
MOST = 50_000
#: Clocks of two machines may differ so much.
_SLACK = timedelta(minutes=10)


@dataclass(frozen=True)
class Told:
    """One record about the document."""

    at: str
    chain: str
    sequence: int
    #: "event", "act", "refusal"
    kind: str
    body: dict[str, Any]
    #: the object that it lies in
    key: str


@dataclass
class Trail:
    """What was found so far."""

    told: list[Told] = field(default_factory=list)
    seen: int = 0
    #: chain -> the first record of the segment to go on with; empty = nothing is left
    rest: dict[str, int] = field(default_factory=dict)


def trail(shelf: Shelf, entry: Entry, since: datetime, places: dict[str, int], most: int = MOST) -> Trail:
    """Look through the chains.

    Args:
        shelf: where they stand
        entry: of the document
        since: its first event
        places: `rest` of the look before; empty = each chain from near `since` on
        most: records after which no other segment is begun

    Raises:
        DependencyUnavailable: the store does not answer.
    """
    found = Trail()
    for chain in shelf.folders(CHAINS):
        if places and chain not in places:
            continue
        start = places.get(chain) or _near(shelf, chain, since - _SLACK)
        for segment in shelf.stored(f"{CHAINS}{chain}/", segment_key(chain, start - 1)):
            if found.seen >= most:
                found.rest[chain] = number_of(segment.key)
                break
            for number, line in enumerate(shelf.lines(segment) if segment.versions else (), number_of(segment.key)):
                found.seen += 1
                told = _about(line, entry, chain, number, segment.key)
                if told is not None:
                    found.told.append(told)
    found.told.sort(key=lambda one: (one.at, one.chain, one.sequence))
    return found


def _near(shelf: Shelf, chain: str, since: datetime) -> int:
    """The first record of the last segment that begins before then, found by halving."""
    prefix = f"{CHAINS}{chain}/"
    low, end = next(shelf.stored(prefix), None), last(shelf, prefix, "jsonl")
    if low is None or end is None:
        return 1
    least, most = number_of(low.key), number_of(end.key)
    while least < most:
        middle = (least + most + 1) // 2
        found = next(shelf.stored(prefix, segment_key(chain, middle - 1)), None)
        if found is None or number_of(found.key) > most or not _begins_before(shelf, found, since):
            most = middle - 1
        else:
            least = number_of(found.key)
    return max(least, 1)


def _begins_before(shelf: Shelf, segment: Stored, since: datetime) -> bool:
    """Whether the segment's first record is older; one that cannot be read is not, so that nothing is missed."""
    line = next(shelf.lines(segment), b"")
    try:
        return datetime.fromisoformat(json.loads(line)["at"]) < since
    except (ValueError, KeyError, TypeError):
        return False


def _about(line: bytes, entry: Entry, chain: str, number: int, key: str) -> Told | None:
    name = hashlib.sha256(entry.original.key.encode()).hexdigest()
    # Most records are about others: a look at the bytes costs a hundredth of reading them.
    if entry.id.encode() not in line and name.encode() not in line:
        return None
    try:
        body = json.loads(line)
    except ValueError:
        return None
    if not isinstance(body, dict) or not _is_about(body, entry, name):
        return None
    return Told(str(body.get("at", "")), chain, number, str(body.get("kind", "")), body, key)


def _is_about(body: dict[str, Any], entry: Entry, name: str) -> bool:
    """Whether it is about the document: by its subject; a refusal by the object's name in the agency's inbox."""
    if body.get("subject") == entry.id:
        return True
    refusal = body.get("refusal")
    if not isinstance(refusal, dict):
        return False
    # Two agencies may call a file alike.
    return refusal.get("agency") == entry.agency and name in (refusal.get("objects") or ())
