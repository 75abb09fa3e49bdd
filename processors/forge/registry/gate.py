"""The gate: whether a model may be promoted, from figures on the locked test split. It has no override.

Each condition says what was found and what was wanted; one that fails, or was not measured, closes the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from processors.events import Record

#: below this no interval says anything
LEAST_DOCUMENTS = 10
#: mean gap between a confidence and how often it is right
MOST_CALIBRATION_ERROR = 0.10
#: share of right values among released ones, for a type whose file names no threshold
LEAST_PRECISION = 0.95


class Condition(Record):
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    wanted: str


class Judgement(Record):
    """What the gate looks at, from an evaluation and the registry."""

    #: the part of the dataset that was judged on
    split: str
    #: digests of the documents that were judged on
    judged_on: frozenset[str]
    #: digests of the documents that the model has seen
    seen: frozenset[str]
    #: digest of the model that was compared with, and of the champion now; "" = there is none
    compared_with: str
    champion: str
    #: of the evaluation: "all" and "types", see `conditions`
    figures: dict[str, Any]
    #: its answers are values of documents
    values: bool
    #: by type, how many of the released values must be right
    thresholds: dict[str, float] = Field(default_factory=dict)


def conditions(judgement: Judgement) -> tuple[Condition, ...]:
    """Every condition, in the order in which people should read them.

    Of the figures of "all" and of each type are read: `documents`; `difference` to the champion's micro-F1 (`low`,
    `high`: a 95 % interval); `released` (`values`, `precision`); `ece`; `ungrounded`; `schema_valid`.
    """
    return (*_fair(judgement), *_types(judgement), *_whole(judgement))


def passed(found: tuple[Condition, ...]) -> bool:
    """Whether nothing stands in the way."""
    return all(one.ok for one in found)


def _fair(judgement: Judgement) -> Iterator[Condition]:
    """Whether the comparison says anything."""
    yield Condition(name="split", ok=judgement.split == "test", found=judgement.split, wanted="test")
    known = len(judgement.judged_on & judgement.seen)
    yield Condition(
        name="unseen", ok=known == 0, found=f"{known} documents known", wanted="none known from training"
    )
    same = judgement.compared_with == judgement.champion
    found = f"compared with {judgement.compared_with[:12] or 'nothing'}"
    yield Condition(name="champion", ok=same, found=found, wanted=judgement.champion[:12] or "nothing")
    documents = _number(judgement.figures.get("all", {}), "documents")
    yield _at_least("documents", documents, LEAST_DOCUMENTS)


def _types(judgement: Judgement) -> Iterator[Condition]:
    for name, figures in sorted(judgement.figures.get("types", {}).items()):
        if judgement.champion:
            yield _not_worse(name, figures)
        released: Mapping[str, Any] = figures.get("released") or {}
        if _number(released, "values") != 0:
            least = judgement.thresholds.get(name, LEAST_PRECISION)
            yield _at_least(f"precision of released values, {name}", _number(released, "precision"), least)


def _not_worse(name: str, figures: Mapping[str, Any]) -> Condition:
    """Worse for certain means that the whole interval of the difference lies below zero."""
    difference: Mapping[str, Any] = figures.get("difference") or {}
    value, high = _number(difference, "value"), _number(difference, "high")
    measured = value is not None and high is not None
    found = f"{value:+.3f}, at most {high:+.3f}" if value is not None and high is not None else "not measured"
    ok = measured and high is not None and high >= 0
    return Condition(name=f"micro-F1 beside the champion, {name}", ok=ok, found=found, wanted="not worse (95 %)")


def _whole(judgement: Judgement) -> Iterator[Condition]:
    figures: Mapping[str, Any] = judgement.figures.get("all", {})
    if judgement.values:
        ungrounded, valid = _number(figures, "ungrounded"), _number(figures, "schema_valid")
        yield Condition(name="ungrounded values", ok=ungrounded == 0, found=_said(ungrounded), wanted="0")
        yield Condition(name="schema-valid", ok=valid == 1, found=_said(valid), wanted="1")
    error = _number(figures, "ece")
    ok = error is not None and error <= MOST_CALIBRATION_ERROR
    wanted = f"at most {MOST_CALIBRATION_ERROR:g}"
    yield Condition(name="calibration error", ok=ok, found=_said(error), wanted=wanted)


def _at_least(name: str, found: float | None, least: float) -> Condition:
    ok = found is not None and found >= least
    return Condition(name=name, ok=ok, found=_said(found), wanted=f"at least {least:g}")


def _number(figures: Mapping[str, Any], name: str) -> float | None:
    value = figures.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _said(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g}"
