"""What is to be disposed of, frozen: a head that a person can read and approve, and lists of documents in chunks.

`disposals/lists/<name>/…` in the work bucket, written create-only, the head last, as for a reprocessing. The head
holds counts and rules, the lists hold ids, and neither holds anything that a document says.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from processors.batch import frozen_lists
from processors.batch.doors import Doors
from processors.batch.frozen_lists import MOST_CHUNKS, Chunk, ListChangedError
from processors.batch.retention.due import Line, Looked, Rules, due
from processors.batch.retention.errors import RetentionError
from processors.events import Record
from processors.names import REPROCESSING, REPROCESSING_RULE
from processors.places import DISPOSALS, disposal_key
from processors.ports import Vault

#: Documents of one disposal at most; the next one takes the rest.
MOST = MOST_CHUNKS * 10_000


class Count(Record):
    """How many documents of an agency and type."""

    agency: str
    type: str
    #: "" of those that are disposed of; else why they are kept, see `due.Kept`
    kept: str = ""
    documents: int


class Plan(Record):
    """A disposal that was asked for."""

    #: what people call it
    name: str
    #: who asked; "" of a scheduled job
    by: str
    reason: str
    at: datetime
    documents: int
    counts: tuple[Count, ...]
    #: old enough, and kept all the same
    kept: tuple[Count, ...]
    #: days by type, and the law or schedule behind them, as they were then
    days: dict[str, int]
    basis: dict[str, str]
    chunks: tuple[Chunk, ...]

    @property
    def agencies(self) -> list[str]:
        """Whose documents are listed; one at least, since no list is empty."""
        return sorted({one.agency for one in self.counts})

    @property
    def digest(self) -> str:
        """What a person approves."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def named(name: str) -> str:
    """The name, if a disposal can be called so.

    Raises:
        RetentionError: it cannot.
    """
    if not REPROCESSING.fullmatch(name):
        raise RetentionError(f"{name!r} cannot be a disposal's name: it must be {REPROCESSING_RULE}.")
    return name


def look(doors: Doors, vault: Vault, rules: Rules, now: datetime) -> tuple[tuple[Count, ...], tuple[Count, ...]]:
    """How many documents may be disposed of now, and how many are kept; nothing is written."""
    looked, found = Looked(), dict[tuple[str, str], int]()
    for line in due(doors, vault, rules, now, looked):
        found[line.agency, line.type] = found.get((line.agency, line.type), 0) + 1
    return _counts(found), _kept(looked)


def freeze(doors: Doors, vault: Vault, rules: Rules, name: str, by: str, reason: str, now: datetime) -> Plan | None:
    """List the documents that may be disposed of now, for good; None if there is none, and nothing is written.

    Raises:
        RetentionError: the name is none, or taken.
        DependencyUnavailable: a server does not answer; call again.
    """
    key = disposal_key(named(name), "manifest.json")
    if doors.objects.info(doors.buckets.work, key) is not None:
        raise _taken(name)
    looked, found = Looked(), dict[tuple[str, str], int]()
    lines = islice(_counted(due(doors, vault, rules, now, looked), found), MOST)
    with tempfile.TemporaryFile("w+") as spool:
        # Nobody knows how many there are before all were looked at, and the lists are to be of one length.
        many = sum(bool(spool.write(line.model_dump_json() + "\n")) for line in lines)
        if not many:
            return None
        spool.seek(0)
        rows = ((Line.model_validate_json(line).id, line.rstrip("\n")) for line in spool)
        chunks = tuple(frozen_lists.write(doors, partial(disposal_key, name), rows, many))
    plan = Plan(
        name=name,
        by=by,
        reason=reason,
        at=now,
        documents=many,
        counts=_counts(found),
        kept=_kept(looked),
        days=dict(rules.days),
        basis=dict(rules.basis),
        chunks=chunks,
    )
    content = plan.model_dump_json(indent=1).encode()
    if doors.objects.put(doors.buckets.work, key, content, "application/json", create_only=True) is None:
        raise _taken(name)
    return plan


def find(doors: Doors, name: str) -> Plan:
    """What was frozen under this name.

    Raises:
        RetentionError: nothing was.
    """
    made = there(doors, name)
    if made is None:
        raise RetentionError(f"There is no disposal {name!r}: see `chancery retain list`.")
    return made


def there(doors: Doors, name: str) -> Plan | None:
    """The same, or None."""
    head = doors.objects.info(doors.buckets.work, disposal_key(named(name), "manifest.json"))
    return None if head is None else Plan.model_validate_json(doors.objects.read(head.ref))


def names(doors: Doors) -> tuple[str, ...]:
    """What disposals there are, by name."""
    start, end = f"{DISPOSALS}lists/", "/manifest.json"
    keys = doors.objects.keys(doors.buckets.work, start)
    return tuple(key.removeprefix(start).removesuffix(end) for key in keys if key.endswith(end))


def lines(doors: Doors, chunk: Chunk) -> Iterator[Line]:
    """The documents of a list, in order.

    Raises:
        RetentionError: the list is gone or was changed.
    """
    try:
        for line in frozen_lists.read(doors, chunk):
            yield Line.model_validate_json(line)
    except ListChangedError as error:
        raise RetentionError(f"{error} is gone or was changed: plan the disposal anew.") from None


def _counted(found: Iterable[Line], counts: dict[tuple[str, str], int]) -> Iterator[Line]:
    for line in found:
        counts[line.agency, line.type] = counts.get((line.agency, line.type), 0) + 1
        yield line


def _counts(found: dict[tuple[str, str], int]) -> tuple[Count, ...]:
    return tuple(Count(agency=a, type=t, documents=many) for (a, t), many in sorted(found.items()))


def _kept(looked: Looked) -> tuple[Count, ...]:
    return tuple(Count(agency=a, type=t, kept=w, documents=many) for (a, t, w), many in sorted(looked.kept.items()))


def _taken(name: str) -> RetentionError:
    return RetentionError(f"There is a disposal {name!r} already: give this one another name.")
