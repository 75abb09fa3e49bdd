"""Which documents are meant: by agency, type, how and when they ended, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from processors.batch.reprocess.errors import ReprocessError
from processors.errors import PipelineError
from processors.events import Record
from processors.reasons import QuarantineReason, ReviewReason
from processors.record.standing import STANDING, Filter
from processors.record.states import BY_NAME

#: What a document is called whose type nobody could tell.
UNKNOWN = "unknown"


class Selection(Record):
    """Which ends are meant; what is empty or None leaves nothing out."""

    agencies: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    #: of `standing.STANDING`, by their names
    states: tuple[str, ...] = ()
    #: codes of `docs/reasons.md`
    reasons: tuple[str, ...] = ()
    #: ended then or later
    since: datetime | None = None
    #: ended before
    until: datetime | None = None

    @property
    def filter(self) -> Filter:
        """The same, as the ledger is asked for it."""
        states = tuple(BY_NAME[state] for state in self.states)
        return Filter(self.agencies, self.types, states, self.reasons, self.since, self.until)


def select(
    *,
    agencies: Sequence[str] = (),
    types: Sequence[str] = (),
    states: Sequence[str] = (),
    reasons: Sequence[str] = (),
    since: str = "",
    until: str = "",
    known_agencies: Collection[str],
    known_types: Collection[str],
) -> Selection:
    """A selection of what a person named, checked.

    Args:
        agencies: names
        types: names of document types, or "unknown"
        states: "result", "review", "quarantined", "dead_letter"
        reasons: why a document ended
        since: a date or time, without a zone UTC; "" for the beginning
        until: the same, not included; "" for now
        known_agencies: those that have an inbox
        known_types: those that have a file

    Raises:
        ReprocessError: something of it is not known, or the dates leave no time between them.
    """
    _known("agency", agencies, known_agencies, "It has no inbox here.")
    kinds = [*sorted(known_types), UNKNOWN]
    _known("document type", types, kinds, f"There are: {', '.join(kinds)}.")
    ends = [state.value for state in STANDING]
    _known("end", states, ends, f"There are: {', '.join(ends)}.")
    _known("reason", reasons, _reasons(), "See docs/reasons.md.")
    first, last = _moment("since", since), _moment("until", until)
    if first and last and first >= last:
        raise ReprocessError(f"Nothing lies between {since} and {until}: the first must be the earlier one.")
    return Selection(
        agencies=_once(agencies),
        types=_once(types),
        states=_once(states),
        reasons=_once(reasons),
        since=first,
        until=last,
    )


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _known(what: str, names: Sequence[str], known: Collection[str], hint: str) -> None:
    if unknown := [name for name in names if name not in known]:
        raise ReprocessError(f"There is no {what} {unknown[0]!r}. {hint}")


def _reasons() -> set[str]:
    """Every code for which a document can end."""
    codes, classes = set(), [PipelineError]
    for one in classes:
        codes.add(one.code)
        classes += one.__subclasses__()
    return {reason.value for kind in (QuarantineReason, ReviewReason) for reason in kind} | codes


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ReprocessError(f"{name}: {text!r} is no date; write 2026-11-24 or 2026-11-24T12:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
