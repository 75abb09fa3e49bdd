"""Letting the stage work until it has an outcome: it may die on the way, and it may have questions for a model."""

from __future__ import annotations

from dataclasses import replace

import structlog

from processors.advisers import LanguageModel, VisionModel
from processors.errors import StageCrashed, StageFailed, StageTimedOut
from processors.runtime import asking
from processors.runtime.workbench import Workbench
from processors.stage import Done, Outcome, Work
from processors.telemetry.tracing import step

log = structlog.get_logger()

#: A stage that goes on behind the page that killed it may meet another such page; this many in one piece of work.
_MOST_DEATHS = 4


def outcome_of(
    work: Work,
    bench: Workbench,
    vision: VisionModel | None = None,
    language: LanguageModel | None = None,
    *,
    resume: bool,
) -> Outcome:
    """What the stage makes of this work.

    Args:
        work: the work
        bench: where the stage works
        vision: answers the stage's questions; None = they stay unanswered
        language: answers its prompts; None = there is none
        resume: where the stage dies, call it again in the same scratch folder and say so, see `Work.died`

    Raises:
        PipelineError: the stage raised, died or took too long.
        DependencyUnavailable: the stage has prompts, and the language model does not answer.
    """
    outcome = _survived(work, bench) if resume else _run(work, bench)
    if isinstance(outcome, Done) and outcome.questions:
        answers = asking.answers(outcome.questions, vision, language, work.scratch)
        outcome = _run(replace(work, untrusted_answers=answers), bench)
        if isinstance(outcome, Done) and outcome.questions:
            raise StageFailed("asks again")
    return outcome


def _survived(work: Work, bench: Workbench) -> Outcome:
    for _ in range(_MOST_DEATHS):
        try:
            return _run(work, bench)
        except (StageCrashed, StageTimedOut) as error:
            log.warning("died_and_goes_on", code=error.code, detail=error.detail)
            work = replace(work, died="crashed" if isinstance(error, StageCrashed) else "timed_out")
    return _run(work, bench)


def _run(work: Work, bench: Workbench) -> Outcome:
    with step("process") as told:
        if work.whole is not None:
            told["chancery.whole"] = True
        return bench.run(work)
