"""Where a document can stand, and which way it may move: only forward."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """A document's state, in the order of their ranks: of two facts about one document the higher counts."""

    ARRIVED = "arrived"
    #: at least one page range was read
    RECOGNISING = "recognising"
    RECOGNISED = "recognised"
    CLASSIFIED = "classified"
    EXTRACTED = "extracted"
    #: the end of a reprocessing: nothing more happens by itself, but a person's word may publish what it holds
    HELD = "held"
    # The four ends. A document has one, but an operator may replay a dead letter and a person may settle a review:
    # the end that came of it counts, so the ends are ranked too.
    DEAD_LETTER = "dead_letter"
    QUARANTINED = "quarantined"
    REVIEW = "review"
    RESULT = "result"

    @property
    def rank(self) -> int:
        """Which of two facts about one document counts."""
        return _RANKS[self]

    @property
    def is_end(self) -> bool:
        """Whether nothing more happens to the document by itself."""
        return self.rank >= State.HELD.rank


_RANKS = {state: rank for rank, state in enumerate(State, start=1)}

ENDS = tuple(state for state in State if state.is_end)

#: The state of each name, as the database keeps it.
BY_NAME = {state.value: state for state in State}
