"""Where a document can stand, and which way it may move: only forward."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """A document's state; `rank` says which of two facts about one document counts."""

    rank: int

    def __new__(cls, name: str, rank: int) -> State:
        """Keep the rank beside the name."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.rank = rank
        return member

    ARRIVED = "arrived", 1
    #: at least one page range was read
    RECOGNISING = "recognising", 2
    RECOGNISED = "recognised", 3
    CLASSIFIED = "classified", 4
    EXTRACTED = "extracted", 5
    # The four ends. A document has one, but an operator may replay a dead letter and a person may settle a review:
    # the end that came of it counts, so the ends are ranked too.
    DEAD_LETTER = "dead_letter", 6
    QUARANTINED = "quarantined", 7
    REVIEW = "review", 8
    RESULT = "result", 9

    @property
    def is_end(self) -> bool:
        """Whether nothing more happens to the document by itself."""
        return self.rank >= State.DEAD_LETTER.rank


ENDS = tuple(state for state in State if state.is_end)

#: The state of each name, as the database keeps it.
BY_NAME = {state.value: state for state in State}
