"""What the tiny language model is worth: exact answers on unseen forms, free and held to the grammar."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from processors.extract.language.answers import values
from processors.extract.language.grammar import grammar
from processors.extract.language.prompt import most_tokens
from processors.extract.language.transformers_model import TransformersModel
from processors.forge.language.tiny_forms import Made
from processors.stage import Completion, Prompt

#: anything goes
FREE: Final = "%llguidance {}\nstart: /(.|\\n)*/\n"
#: of an answer without a grammar, which may never end
_FREE_TOKENS: Final = 200


def judge(
    model: TransformersModel, forms: Callable[[Random], Made], *, seed: int, documents: int, scratch: Path
) -> dict[str, dict[str, float]]:
    """Figures of the same documents "free" and "grounded", each from 0 to 1."""
    random = Random(seed)  # noqa: S311 - made forms, no secrets
    made = [forms(random) for _ in range(documents)]
    figures = {}
    for way in ("free", "grounded"):
        prompts = [_prompt(one, f"{way}-{nth}", scratch, free=way == "free") for nth, one in enumerate(made)]
        counts = sum(map(_count, made, model.complete(prompts)), Counter[str]())
        figures[way] = {
            "present_fields_right": _share(counts, "present right", "present"),
            "absent_fields_right": _share(counts, "absent right", "absent"),
            "texts_not_in_the_document": _share(counts, "invented", "texts"),
            "answers_of_the_form": counts["formed"] / documents,
        }
    return figures


def _prompt(made: Made, name: str, scratch: Path, *, free: bool) -> Prompt:
    asked, allowed = scratch / f"{name}.json", scratch / f"{name}.lark"
    asked.write_text(json.dumps(made.messages), encoding="utf-8")
    allowed.write_text(FREE if free else grammar(made.shape, made.window), encoding="utf-8")
    most = most_tokens(made.shape)
    return Prompt(name, asked, allowed, min(most, _FREE_TOKENS) if free else most)


def _count(made: Made, completion: Completion) -> Counter[str]:
    said = {one.path: one.text for one in values(completion, made.shape)}
    counts = Counter({"formed": int(_formed(completion))})
    wanted = json.loads(made.answer)
    for name, value in wanted.items():
        right = [value] if isinstance(value, str) else value or []
        got = [text for path, text in said.items() if path.split("/")[0] == name]
        kind = "present" if right else "absent"
        counts += Counter({kind: 1, f"{kind} right": int(got == right and _formed(completion))})
    counts += Counter({"texts": len(said), "invented": sum(not made.window.places(text) for text in said.values())})
    return counts


def _formed(completion: Completion) -> bool:
    try:
        json.loads(completion.untrusted_text)
    except (ValueError, RecursionError):
        return False
    return completion.finished


def _share(counts: Counter[str], part: str, whole: str) -> float:
    return round(counts[part] / max(counts[whole], 1), 4)


def lines(figures: dict[str, dict[str, dict[str, float]]]) -> Iterator[Sequence[Any]]:
    """Rows for people: forms, way, and the figures."""
    for forms, ways in figures.items():
        for way, one in ways.items():
            yield forms, way, *one.values()
