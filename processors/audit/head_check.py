"""Reading heads back: which are signed, and what they say of a chain."""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from processors.audit.findings import Fault, Finding
from processors.audit.heads import is_signed
from processors.audit.shelf import HEADS, Shelf, Stored, number_of


@dataclass(frozen=True)
class SignedHead:
    """A head whose signature holds."""

    slot: str
    number: int
    #: sha256 of it: written down elsewhere, it proves this head and all before it
    digest: str
    at: str
    #: chain -> (sequence, digest)
    chains: Mapping[str, tuple[int, str]]
    #: fingerprint of the key
    key: str


@dataclass(frozen=True, order=True)
class TipOfHead:
    """What one head says of one chain."""

    sequence: int
    digest: str
    number: int
    at: str


class Counting(Protocol):
    """What is needed of `verifying.Report`."""

    findings: list[Finding]
    heads: int
    newest: SignedHead | None


class Beginning(Protocol):
    """What is needed of `starting.Start`."""

    @property
    def heads(self) -> Mapping[str, SignedHead]:
        """By slot, the head to begin behind."""
        ...

    def behind(self, slot: str) -> str:
        """The key of that head."""
        ...


def check_heads(shelf: Shelf, keys: Sequence[Ed25519PublicKey], report: Counting, start: Beginning) -> None:
    """Check that heads follow each other without gaps, and their signatures."""
    for slot in shelf.folders(HEADS):
        first = start.heads.get(slot)
        expected, previous = (first.number + 1, first.digest) if first else (1, "")
        if first is not None and (report.newest is None or first.at > report.newest.at):
            report.newest = first
        for stored in shelf.stored(f"{HEADS}{slot}/", start.behind(slot)):
            report.heads += 1
            number = number_of(stored.key)
            if stored.versions != 1:
                report.findings.append(Finding(Fault.OVERWRITTEN, slot, number, number, stored.key))
            if stored.hidden:
                report.findings.append(Finding(Fault.HIDDEN, slot, number, number, stored.key))
            content = _content(shelf, stored)
            head = _signed(content, keys)
            at = head.at if head else ""
            if number != expected:
                found = Finding(Fault.HEAD_MISSING, slot, expected, max(number - 1, expected), stored.key, at)
                report.findings.append(found)
            if head is None:
                report.findings.append(Finding(Fault.HEAD_FORGED, slot, number, number, stored.key))
            elif (head.slot, head.number) != (slot, number) or (
                number == expected and json.loads(content)["previous"] != previous
            ):
                found = Finding(Fault.HEAD_MISSING, slot, number, number, stored.key, at, "follows another head")
                report.findings.append(found)
            elif report.newest is None or head.at > report.newest.at:
                report.newest = head
            expected, previous = number + 1, hashlib.sha256(content).hexdigest()


def heads_for(shelf: Shelf, keys: Sequence[Ed25519PublicKey], chain: str, start: Beginning) -> Iterator[TipOfHead]:
    """What the signed heads of all slots say of a chain, in its order."""
    slots = shelf.folders(HEADS)
    return heapq.merge(*(_of_slot(shelf, keys, slot, chain, start.behind(slot)) for slot in slots))


def signed_head(shelf: Shelf, stored: Stored, keys: Sequence[Ed25519PublicKey]) -> SignedHead | None:
    """The head in an object; None if no key of these signed it."""
    return _signed(_content(shelf, stored), keys)


def _of_slot(
    shelf: Shelf, keys: Sequence[Ed25519PublicKey], slot: str, chain: str, behind: str
) -> Iterator[TipOfHead]:
    for stored in shelf.stored(f"{HEADS}{slot}/", behind):
        head = signed_head(shelf, stored, keys)
        if head is not None and chain in head.chains:
            sequence, digest = head.chains[chain]
            yield TipOfHead(sequence, digest, head.number, head.at)


def _content(shelf: Shelf, stored: Stored) -> bytes:
    return b"\n".join(shelf.lines(stored)) if stored.versions else b""


def _signed(untrusted: bytes, keys: Sequence[Ed25519PublicKey]) -> SignedHead | None:
    """The head, None if no key of these signed it."""
    try:
        body: Any = json.loads(untrusted)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not any(is_signed(body, key) for key in keys):
        return None
    # From here on it is ours: only we hold the key.
    chains = {name: (tip["sequence"], tip["hash"]) for name, tip in body["chains"].items()}
    digest = hashlib.sha256(untrusted).hexdigest()
    return SignedHead(body["slot"], body["number"], digest, body["at"], chains, body["key"])
