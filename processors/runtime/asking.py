"""A stage's questions, put to the models that this worker reaches; the answers become files in its scratch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from processors import completions
from processors.advisers import LanguageModel, VisionModel
from processors.completions import Attributed, NoCompletion
from processors.errors import DependencyUnavailable, StageFailed
from processors.stage import Prompt, Question
from processors.telemetry.tracing import step

log = structlog.get_logger()

#: Pages that are asked about at the same time; the model's server batches them.
_PAGES_AT_ONCE = 4


def answers(
    questions: Sequence[Question | Prompt],
    vision: VisionModel | None,
    language: LanguageModel | None,
    scratch: Path,
) -> Mapping[str, Path]:
    """The answers as files, by the question's name.

    A page without an answer is not among them, and the stage goes on without; a prompt must have one.

    Raises:
        DependencyUnavailable: the language model does not answer, or there is none: the document waits for it.
        StageFailed: one of the prompts cannot be answered.
    """
    prompts = [question for question in questions if isinstance(question, Prompt)]
    pages = [question for question in questions if isinstance(question, Question)]
    # The prompts first: where they have no answer, nothing is asked about pages in vain.
    return {**_said(prompts, language, scratch), **_read(pages, vision, scratch)}


def _said(prompts: Sequence[Prompt], language: LanguageModel | None, scratch: Path) -> Mapping[str, Path]:
    """Each prompt's answer, as `completions` writes it."""
    if not prompts:
        return {}
    if language is None:
        raise DependencyUnavailable("the stage asks a language model, and CHANCERY_LANGUAGE_URL names none")
    with step("ask") as told:
        told |= {"chancery.questions": len(prompts), "gen_ai.request.model": language.name}
        continued = language.complete(prompts)
        told["gen_ai.usage.output_tokens"] = sum(len(one.tokens) for one in continued)
    said = {}
    for prompt, completion in zip(prompts, continued, strict=True):
        answer = scratch / f"{prompt.name}.answer"
        try:
            completions.write(Attributed(completion, language.name, language.digest), answer)
        except NoCompletion as error:
            raise StageFailed(f"an answer that cannot be written: {error}") from None
        said[prompt.name] = answer
    log.info("prompts_answered", prompts=len(said), model=language.name)
    return said


def _read(questions: Sequence[Question], vision: VisionModel | None, scratch: Path) -> Mapping[str, Path]:
    """What the pages say that could be read, as text."""
    if vision is None or not questions:
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

    with step("ask") as told, ThreadPoolExecutor(_PAGES_AT_ONCE, thread_name_prefix="vision") as pool:
        told |= {"chancery.questions": len(questions), "gen_ai.request.model": vision.name}
        return dict(answered for answered in pool.map(ask, questions) if answered)
