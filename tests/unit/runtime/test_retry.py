"""What follows a failure, as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors import errors
from processors.errors import (
    ArtefactMissing,
    AttemptsExhausted,
    DependencyUnavailable,
    EventInvalid,
    Interrupted,
    PipelineError,
    SlotTaken,
    StageCrashed,
    StageFailed,
    StageTimedOut,
)
from processors.reasons import QuarantineReason
from processors.runtime.retry import DeadLetter, Pause, Quarantine, Retry, backoff, decide

CRASHED = Quarantine(QuarantineReason.WORK_CRASHED)


@pytest.mark.parametrize(
    ("error", "attempt", "follows"),
    [
        (DependencyUnavailable(), 1, Pause),
        (DependencyUnavailable(), 99, Pause),
        (Interrupted(), 1, Pause),
        (SlotTaken(), 1, Pause),
        (EventInvalid(), 1, DeadLetter("event_invalid")),
        (ArtefactMissing(), 1, DeadLetter("artefact_missing")),
        (AttemptsExhausted(), 7, DeadLetter("attempts_exhausted")),
        (StageCrashed(), 1, Retry),
        (StageCrashed(), 2, CRASHED),
        (StageCrashed(), 5, CRASHED),
        (StageTimedOut(), 1, Retry),
        (StageTimedOut(), 2, CRASHED),
        (StageFailed(), 1, Retry),
        (StageFailed(), 2, Retry),
        (StageFailed(), 3, DeadLetter("stage_failed")),
        (StageFailed(), 9, DeadLetter("stage_failed")),
        (PipelineError(), 3, DeadLetter("pipeline_error")),
    ],
)
def test_what_follows_a_failure(error: PipelineError, attempt: int, follows: object) -> None:
    decision = decide(error, attempt)
    assert type(decision) is follows if isinstance(follows, type) else decision == follows


def test_every_error_has_a_code_of_its_own_and_ends_after_some_attempts() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, PipelineError)]
    assert len({c.code for c in classes}) == len(classes)
    for error in classes:
        decision = decide(error(), 100)
        assert isinstance(decision, Pause if error.blame == "dependency" else DeadLetter | Quarantine)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_pause_is_bounded_and_never_nothing(failures: int, jitter: float) -> None:
    assert 0.3 < backoff(failures, jitter) <= 37.5


def test_pauses_grow() -> None:
    assert [backoff(n) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
