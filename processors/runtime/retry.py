"""What happens after a failure, as a pure function of the error and the attempt."""

from __future__ import annotations

from dataclasses import dataclass

from processors.errors import AttemptsExhausted, PipelineError, StageCrashed, StageTimedOut
from processors.reasons import QuarantineReason

#: A stage that raised gets three tries: transient causes that are no named dependency (a full disk, a race).
MAX_ATTEMPTS = 3
#: A child that died or hung gets two: what kills a parser once nearly always kills it again.
MAX_CRASHES = 2
#: Attempts that began and left no word, because the worker itself was killed. More generous: a node that is
#: drained or an operator's kill -9 says nothing about the document.
MAX_UNEXPLAINED = 6

_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Retry:
    """Try again after so many seconds; the attempt counts."""

    after: float


@dataclass(frozen=True)
class Pause:
    """Give the record back and take nothing for a while (the worker's `backoff`); no attempt counts."""


@dataclass(frozen=True)
class Quarantine:
    """The document is at fault after all."""

    reason: QuarantineReason


@dataclass(frozen=True)
class DeadLetter:
    """Give up on this work and say why."""

    code: str


Decision = Retry | Pause | Quarantine | DeadLetter


def backoff(failures: int, jitter: float = 0.5) -> float:
    """Seconds to wait after `failures` failures in a row: 0.5, 1, 2 … 30, scaled by 1 ± half of the jitter.

    Args:
        failures: 1 for the first failure.
        jitter: 0 to 1, drawn by the caller, so that this stays a pure function; 0.5 is the middle.
    """
    return float(min(0.5 * 2 ** (min(failures, 10) - 1), _LONGEST_PAUSE) * (0.75 + 0.5 * jitter))


def decide(error: PipelineError, attempt: int, jitter: float = 0.5) -> Decision:
    """What to do after `error` in this attempt (1 for the first)."""
    if error.blame == "dependency":
        return Pause()
    if error.blame == "event" or isinstance(error, AttemptsExhausted):
        return DeadLetter(error.code)
    if isinstance(error, StageCrashed | StageTimedOut):
        if attempt < MAX_CRASHES:
            return Retry(backoff(attempt, jitter))
        return Quarantine(QuarantineReason.WORK_CRASHED)
    return Retry(backoff(attempt, jitter)) if attempt < MAX_ATTEMPTS else DeadLetter(error.code)
