"""One record of the chain: a line of canonical JSON that names the hash of the line before it.

Canonical as in RFC 8785, for what a record may hold: texts, whole numbers, lists and objects. Keys sorted, nothing
between them, UTF-8. So anybody can compute the hashes again, in any language.

Kinds: "event" (a record on a topic), "act" (what a person did, with who and why), "refusal" (what a server did not
do for somebody), "gap" (records of a topic that were gone before they could be read) and "seal" (the end of a
segment: how far each partition was read).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["event", "act", "refusal", "gap", "seal"]

#: Whole numbers that every reader of JSON keeps exactly.
_LARGEST = 2**53


class NoRecordError(ValueError):
    """A line is no record of a chain."""


@dataclass(frozen=True)
class Line:
    """A record as it was read back."""

    chain: str
    #: from 1, without gaps
    sequence: int
    #: `digest` of the record before; of the first one `genesis`
    previous: str
    #: as the line says
    digest: str
    #: whether the line's own bytes have that digest
    intact: bool
    body: Mapping[str, Any]


def genesis(chain: str) -> str:
    """What the first record of a chain names as its predecessor."""
    return hashlib.sha256(f"chancery audit chain {chain}".encode()).hexdigest()


def line(chain: str, sequence: int, previous: str, body: Mapping[str, Any]) -> tuple[bytes, str]:
    """A record's line, without the line break, and its digest.

    Args:
        chain: its chain
        sequence: its number
        previous: digest of the record before
        body: what it says; texts, whole numbers, lists and objects

    Raises:
        ValueError: the body holds something else, such as a fraction or half a surrogate pair.
    """
    record = {**body, "chain": chain, "sequence": sequence, "previous": previous}
    digest = hashlib.sha256(canonical(record)).hexdigest()
    return canonical(record | {"hash": digest}), digest


def parse(untrusted: bytes) -> Line:
    """Read a line back; whether it is what was written is for `Line.intact` and the chain to say.

    Raises:
        NoRecordError: it has not the shape of a record.
    """
    try:
        record = json.loads(untrusted)
        # The bytes themselves: two spellings of one value must not pass for the same record.
        is_canonical = canonical(record) == untrusted
        digest, sequence = record.pop("hash"), record["sequence"]
        chain, previous = record["chain"], record["previous"]
        intact = is_canonical and hashlib.sha256(canonical(record)).hexdigest() == digest
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoRecordError("no record") from None
    texts = all(isinstance(text, str) for text in (digest, chain, previous))
    if not texts or type(sequence) is not int:
        raise NoRecordError("no record")
    return Line(chain, sequence, previous, digest, intact, record)


def canonical(value: Any) -> bytes:
    """Canonical JSON.

    Raises:
        ValueError: something that a record may not hold.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _check(value: Any) -> None:
    match value:
        case bool() | float() | None:
            raise ValueError("a record holds texts, whole numbers, lists and objects")
        case int():
            if abs(value) >= _LARGEST:
                raise ValueError("too large a number")
        case dict():
            for key, inner in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise ValueError("keys are ASCII")
                _check(inner)
        case list():
            for inner in value:
                _check(inner)
        case str():
            pass
        case _:
            raise ValueError("a record holds texts, whole numbers, lists and objects")
