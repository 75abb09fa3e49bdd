"""A trace's id, derived and never drawn: whoever knows a document and its run knows its trace.

So attempts after a crash fall into the same trace, in whichever process, and a header that was lost costs the line
between two spans and no more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_SAMPLED = 1


@dataclass(frozen=True)
class Context:
    """A span that other spans refer to."""

    #: 128 bits
    trace: int
    #: 64 bits
    span: int
    #: whether it is exported
    sampled: bool = True

    def header(self) -> str:
        """As the W3C's `traceparent`."""
        return f"00-{self.trace:032x}-{self.span:016x}-{int(self.sampled):02x}"

    @classmethod
    def of(cls, untrusted_header: str) -> Context | None:
        """What a `traceparent` names; None for none, or for one that cannot be."""
        parts = untrusted_header.split("-")
        if [len(part) for part in parts[:4]] != [2, 32, 16, 2] or parts[0] == "ff":
            return None
        if parts[0] == "00" and len(parts) != 4:
            return None
        try:
            trace, span, flags = (int(part, 16) for part in parts[1:4])
        except ValueError:
            return None
        return cls(trace, span, bool(flags & _SAMPLED)) if trace and span else None


def trace_of(document: str, run: str) -> int:
    """The id of the one trace that a run of a document has, in 128 bits."""
    return int.from_bytes(_digest(document, run)[:16])


def anchor(document: str, run: str) -> Context:
    """What a link to a run's trace refers to: the trace is known, its spans are not, so this is none of them."""
    digest = _digest(document, run)
    return Context(int.from_bytes(digest[:16]), int.from_bytes(digest[16:24]))


def _digest(document: str, run: str) -> bytes:
    return hashlib.sha256("\0".join(("chancery-trace", document, run)).encode()).digest()
