"""Which model of each kind is at work, and how it came to be: a log that only grows.

`KIND/promotions/000001.json`, … in the bucket of models. Each entry is written create-only under the next number,
so of two people who decide at the same moment one is told to look again; and each names the digest of the one
before, so that an entry that was changed afterwards is noticed by every reader. The champion follows from the log
alone.

A promotion needs two people: one asks, another approves. Going back to an earlier model must be quick, so one
person can do that, with a reason. There is no entry that lets a model pass that the gate refuses.
"""

from __future__ import annotations

import hashlib
import os
import pwd
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from pydantic import ValidationError

from processors.events import Record
from processors.forge.errors import ForgeError, ModelUnfit
from processors.forge.names import named
from processors.forge.registry.gate import Condition, passed
from processors.forge.registry.registry import Registry
from processors.names import person
from processors.ports import Lock

Action = Literal["requested", "approved", "rolled_back"]
#: how the gate judges a model now, against a champion's digest
Gate = Callable[["Champion"], tuple[Condition, ...]]


class Entry(Record):
    """One decision."""

    number: int
    action: Action
    kind: str
    #: the model that it is about; 0 = the shipped one
    version: int
    #: of that model; "" = the shipped one
    digest: str
    #: as they call themselves, and the account of the machine that they worked with
    by: str
    account: str
    at: datetime
    reason: str = ""
    #: the champion until then
    before: int
    #: what the gate said
    gate: tuple[Condition, ...] = ()
    #: the number of the request that this approves; 0 = none
    approves: int = 0
    #: sha256 of the entry before, as it lies in the bucket; "" for the first
    previous: str = ""


class Champion(NamedTuple):
    """The model at work; version 0 is the shipped one, whose digest the log does not know."""

    version: int
    digest: str


SHIPPED = Champion(0, "")


class Promotions:
    """The log of one kind."""

    def __init__(self, registry: Registry, kind: str, lock: Callable[[], Lock | None] = lambda: None) -> None:
        """Entries are put under `lock`, so that nobody can delete one."""
        self._registry, self._kind, self._lock = registry, named(kind), lock

    def entries(self) -> tuple[Entry, ...]:
        """All decisions, the oldest first.

        Raises:
            ModelUnfit: one is missing, cannot be read, or was changed afterwards.
        """
        return self._read()[0]

    def champion(self) -> Champion:
        """The model at work."""
        return _line(self.entries())[-1]

    def request(self, version: int, by: str, gate: Gate) -> Entry:
        """Ask for a promotion; the same person may repeat it.

        Raises:
            ForgeError: the gate refuses, the model is at work already, or somebody decided meanwhile.
        """
        model = self._registry.model(self._kind, version)
        entries, last = self._read()
        champion = _line(entries)[-1]
        if champion == Champion(version, model.digest):
            raise ForgeError(f"{model.label} is at work already.")
        if _said(entries, "requested", version, model.digest, by):
            return entries[-1]
        found = _through(gate(champion), model.label)
        entry = self._entry("requested", Champion(version, model.digest), by, len(entries), champion, last)
        return self._write(entry.model_copy(update={"gate": found}))

    def approve(self, version: int, by: str, gate: Gate) -> Entry:
        """Approve the last request, as a second person, who may repeat it; from then on the model is at work.

        Raises:
            ForgeError: nothing was asked for, the same person asked, or the gate refuses.
        """
        entries, last = self._read()
        asked = entries[-1] if entries else None
        if asked is not None and _said(entries, "approved", version, asked.digest, by):
            return asked
        if asked is None or asked.action != "requested" or asked.version != version:
            raise ForgeError(
                f"Nobody asked last for {self._kind}@{version}: see `chancery forge log {self._kind}`."
            )
        if person(asked.by) == person(by):
            raise ForgeError(f"{by} asked for {self._kind}@{version}: another person must approve it.")
        model = self._registry.model(self._kind, version)
        if model.digest != asked.digest:
            raise ModelUnfit(f"{model.label} is not the model that was asked for.")
        champion = _line(entries)[-1]
        found = _through(gate(champion), model.label)
        entry = self._entry("approved", Champion(version, model.digest), by, len(entries), champion, last)
        return self._write(entry.model_copy(update={"gate": found, "approves": asked.number}))

    def roll_back(self, by: str, reason: str) -> Entry:
        """Go back to the champion before this one, the shipped model at last.

        Raises:
            ForgeError: there is none before it, no reason is given, or somebody decided meanwhile.
        """
        entries, last = self._read()
        line = _line(entries)
        if len(line) == 1:
            raise ForgeError(f"The shipped {self._kind} is at work: there is nothing to go back from.")
        if not reason.strip():
            raise ForgeError("Say why: a rollback needs a reason.")
        entry = self._entry("rolled_back", line[-2], by, len(entries), line[-1], last)
        return self._write(entry.model_copy(update={"reason": reason.strip()}))

    def _entry(self, action: Action, to: Champion, by: str, count: int, before: Champion, previous: str) -> Entry:
        if not person(by):
            raise ForgeError("Say who you are: --by NAME.")
        return Entry(
            number=count + 1,
            action=action,
            kind=self._kind,
            version=to.version,
            digest=to.digest,
            by=by.strip(),
            account=pwd.getpwuid(os.getuid()).pw_name,
            at=datetime.now(UTC),
            before=before.version,
            previous=previous,
        )

    def _write(self, entry: Entry) -> Entry:
        objects, bucket = self._registry.objects, self._registry.bucket
        key, content = self._key(entry.number), entry.model_dump_json(indent=1).encode()
        if objects.put(bucket, key, content, "application/json", create_only=True, lock=self._lock()) is None:
            raise ForgeError(f"Somebody decided about {self._kind} at this moment: look again, then repeat.")
        return entry

    def _read(self) -> tuple[tuple[Entry, ...], str]:
        """The entries, and the digest of the last."""
        entries, previous = [], ""
        for number, key in enumerate(self._registry.keys(f"{self._kind}/promotions/"), 1):
            content = self._registry.read(key)
            try:
                entry = Entry.model_validate_json(content)
            except ValidationError:
                raise ModelUnfit(f"{key} is no entry of the log of promotions.") from None
            if (entry.number, entry.kind, entry.previous, key) != (number, self._kind, previous, self._key(number)):
                raise ModelUnfit(f"The log of promotions of {self._kind} was changed before entry {number}.")
            entries.append(entry)
            previous = hashlib.sha256(content).hexdigest()
        return tuple(entries), previous

    def _key(self, number: int) -> str:
        return f"{self._kind}/promotions/{number:06}.json"


def _line(entries: Sequence[Entry]) -> list[Champion]:
    """The champions from the shipped one to the present one; what was rolled back is gone from it."""
    line = [SHIPPED]
    for entry in entries:
        if entry.action == "approved":
            line.append(Champion(entry.version, entry.digest))
        elif entry.action == "rolled_back":
            line.pop()
    return line


def _said(entries: Sequence[Entry], action: Action, version: int, digest: str, by: str) -> bool:
    """Whether this is what this person said last: a job that was killed over its answer asks again."""
    last = entries[-1] if entries else None
    return (
        last is not None
        and (last.action, last.version, last.digest) == (action, version, digest)
        and person(last.by) == person(by)
    )


def _through(found: tuple[Condition, ...], label: str) -> tuple[Condition, ...]:
    if not passed(found):
        failed = "\n".join(f"  {one.name}: {one.found}; wanted: {one.wanted}" for one in found if not one.ok)
        raise ForgeError(f"The gate refuses {label}:\n{failed}")
    return found
