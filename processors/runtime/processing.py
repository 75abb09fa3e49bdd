"""Letting the stage work until it has an outcome: it may die on the way, and it may have questions for a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import structlog

from processors.errors import DependencyUnavailable, StageCrashed, StageFailed, StageTimedOut
from processors.ports import VisionModel
from processors.runtime.workbench import Workbench
from processors.stage import Done, Outcome, Question, Work

log = structlog.get_logger()

#: A stage that goes on behind the page that killed it may meet another such page; this many in one piece of work.
_MOST_DEATHS = 4
#: Pages that are asked about at the same time; the model's server batches them.
_AT_ONCE = 4


def outcome_of(work: Work, bench: Workbench, vision: VisionModel | None, *, resume: bool) -> Outcome:
    """What the stage makes of this work.

    Args:
        work: the work
        bench: where the stage works
        vision: answers the stage's questions; None = they stay unanswered
        resume: where the stage dies, call it again in the same scratch folder and say so, see `Work.died`

    Raises:
        PipelineError: the stage raised, died or took too long.
    """
    outcome = _survived(work, bench) if resume else bench.run(work)
    if isinstance(outcome, Done) and outcome.questions:
        answers = _answers(outcome.questions, vision, work.scratch)
        outcome = bench.run(replace(work, untrusted_answers=answers))
        if isinstance(outcome, Done) and outcome.questions:
            raise StageFailed("asks again")
    return outcome


def _survived(work: Work, bench: Workbench) -> Outcome:
    for _ in range(_MOST_DEATHS):
        try:
            return bench.run(work)
        except (StageCrashed, StageTimedOut) as error:
            log.warning("died_and_goes_on", code=error.code, detail=error.detail)
            work = replace(work, died="crashed" if isinstance(error, StageCrashed) else "timed_out")
    return bench.run(work)


def _answers(questions: Sequence[Question], vision: VisionModel | None, scratch: Path) -> Mapping[str, Path]:
    """The model's answers as files; a question that got none is not among them, and the stage goes on without."""
    if vision is None:
        return {}

    def ask(question: Question) -> tuple[str, Path] | None:
        try:
            untrusted_text = vision.read(question.picture.read_bytes())
        except DependencyUnavailable as error:
            log.warning("page_not_escalated", page=question.page, detail=error.detail)
            return None
        answer = scratch / f"{question.name}.answer"
        answer.write_text(untrusted_text, encoding="utf-8", errors="replace")
        return question.name, answer

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="vision") as pool:
        return dict(answered for answered in pool.map(ask, questions) if answered)
