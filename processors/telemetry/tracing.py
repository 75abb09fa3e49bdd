"""Where the worker tells of its work as it goes, for traces and logs, to whoever listens.

A piece of work is in hand from `in_hand` on; `step` marks parts of it, wherever in the worker they happen. With
nobody listening both cost next to nothing, and no library is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from processors.events import DocumentId, Event
from processors.ports import Incoming
from processors.telemetry.trace_ids import trace_of

Value = str | int | bool


@dataclass(frozen=True)
class Attempt:
    """One attempt at one piece of work."""

    incoming: Incoming
    document: DocumentId
    work_id: str
    #: None where a notification asks for the work
    event: Event[Any] | None
    #: from 1
    number: int
    #: the work was begun before
    again: bool
    #: when it was begun the last time before
    earlier: datetime | None = None


class InHand(Protocol):
    """A piece of work that is being told of."""

    #: the `traceparent` of what answers it; "" = none
    header: str

    def step(self, name: str) -> AbstractContextManager[dict[str, Value]]:
        """See `step` below."""
        ...

    def answered(self, events: Sequence[Event[Any]]) -> None:
        """It is answered with these events; none where an earlier attempt's answer is repeated."""
        ...

    def failed(self, code: str) -> None:
        """It failed, now, with this error code."""
        ...

    def decided(self, outcome: str) -> None:
        """What follows from its failure, a word of `trace_names.OUTCOMES`."""
        ...


class Tracing(Protocol):
    """Who listens. Used from one thread but for `committed`, which comes when that thread is idle."""

    def taken(self) -> None:
        """A record is taken in hand."""
        ...

    def attempt(self, attempt: Attempt) -> AbstractContextManager[InHand]:
        """An attempt at its work, from now on."""
        ...

    def committed(self, code: str = "") -> None:
        """What was answered since the last call is written; with a code: it is not, for this reason."""
        ...

    def close(self) -> None:
        """The worker ends."""
        ...


class _Untold:
    """Nobody listens: what others told of travels on."""

    def __init__(self, header: str = "") -> None:
        self.header = header

    def step(self, name: str) -> AbstractContextManager[dict[str, Value]]:
        """See `InHand`."""
        return nullcontext({})

    def answered(self, events: Sequence[Event[Any]]) -> None:
        """See `InHand`."""

    def failed(self, code: str) -> None:
        """See `InHand`."""

    def decided(self, outcome: str) -> None:
        """See `InHand`."""


class Off:
    """See `Tracing`; nobody listens."""

    def taken(self) -> None:
        """See `Tracing`."""

    def attempt(self, attempt: Attempt) -> AbstractContextManager[InHand]:
        """See `Tracing`."""
        return nullcontext(_Untold(attempt.incoming.trace) if attempt.incoming.trace else _NOBODY)

    def committed(self, code: str = "") -> None:
        """See `Tracing`."""

    def close(self) -> None:
        """See `Tracing`."""


_NOBODY: InHand = _Untold()
OFF: Tracing = Off()
_in_hand: ContextVar[InHand] = ContextVar("in_hand", default=_NOBODY)


@contextmanager
def in_hand(tracing: Tracing, attempt: Attempt) -> Iterator[InHand]:
    """Have a piece of work in hand: what is logged meanwhile names it, and `step`s are part of it."""
    document = attempt.document
    names = {"document": document.id, "run": document.run_id}
    if tracing is not OFF:
        names["trace"] = f"{trace_of(document.id, document.run_id):032x}"
    with structlog.contextvars.bound_contextvars(**names), tracing.attempt(attempt) as told:
        token = _in_hand.set(told)
        try:
            yield told
        finally:
            _in_hand.reset(token)


def step(name: str) -> AbstractContextManager[dict[str, Value]]:
    """A part of the work in hand, by a name of `trace_names.SPANS`.

    Yields its attributes, to be filled by the names of `trace_names.ATTRIBUTES`.
    """
    return _in_hand.get().step(name)
