"""What reason codes and states mean, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator

from processors.errors import PipelineError
from processors.reasons import QuarantineReason, ReviewReason
from processors.record.states import State

STATES = {
    State.ARRIVED: "It passed the door and waits to be read, or is being read.",
    State.RECOGNISING: "Some of its pages were read.",
    State.RECOGNISED: "All its pages were read; its type comes next.",
    State.CLASSIFIED: "Its type is known; its values come next.",
    State.EXTRACTED: "Its values were read; whether they are released comes next.",
    State.HELD: "It was reprocessed; a person decides whether that counts.",
    State.DEAD_LETTER: "Chancery failed at it: mend the cause, then replay it.",
    State.QUARANTINED: "It was set aside for its own fault.",
    State.REVIEW: "A person must decide before anything is released.",
    State.RESULT: "Its values were released.",
}


def _errors(root: type[PipelineError]) -> Iterator[type[PipelineError]]:
    for one in root.__subclasses__():
        yield one
        yield from _errors(one)


#: Code -> sentence, by what may end so.
REASONS: dict[str, dict[str, str]] = {
    "review": {str(one.value): one.meaning for one in ReviewReason},
    "quarantine": {str(one.value): one.meaning for one in QuarantineReason},
    "dead letter": {one.code: (one.__doc__ or "").splitlines()[0] for one in _errors(PipelineError)},
}
_BY_CODE = {code: said for group in REASONS.values() for code, said in group.items()}


def meaning(code: str) -> str:
    """What a reason means; "" for one that nobody knows, such as a newer version's."""
    return _BY_CODE.get(code, "")
