"""One value per field out of many proposals: the proven contender that is believed most, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from processors.document_types import DocumentType, FieldRule
from processors.document_types.paths import ENTRY, is_number, pattern_of
from processors.events import Evidence
from processors.extract.confidence import Calibration, Sure
from processors.extract.contenders import Contender, Proposed, proposed
from processors.extract.fusion import Fusion
from processors.extract.grounding import Grounded, missing
from processors.extract.reader import Proposal
from processors.pages import Page

#: belief below which a contender is no value: more often wrong than not worth a reviewer's look
LEAST = 0.3
#: the same for each member of an array, where nothing competes: at 0.3 as many wrong ones come as right ones
LEAST_OF_MANY = 0.4
#: the most values that an array may hold; more is a reader gone wild
_MOST = 32
#: a reader that believes another value this much disagrees
_DISAGREES = 0.6
#: and believes in the chosen one less than this share of it
_CLEARLY = 0.8


@dataclass(frozen=True)
class Choice:
    """What a field's value is, with its raw belief."""

    proof: Grounded
    #: 0 to 1, before calibration
    belief: float
    #: at least two readers found it, each by itself
    agreed: bool = False
    #: the wordings of the type's file found it
    by_labels: bool = False
    #: a reader found it whose worth was learned
    weighed: bool = True


def choose(
    proposals: Sequence[Proposal],
    pages: Mapping[int, Page],
    document_type: DocumentType,
    calibration: Calibration,
    fusion: Fusion | None = None,
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """Values and evidence by field path; every field is there, null where nothing was proven."""
    fusion = fusion or Fusion()
    grouped = _grouped(proposals)
    chosen: dict[str, Choice] = {}
    lacking: dict[str, Grounded] = {}
    for pattern, rule in document_type.leaves():
        key = f"{document_type.name}/{pattern.removesuffix(f'/{ENTRY}')}"
        for path, mine in _places(pattern, rule, grouped):
            said = proposed(mine, pages, rule)
            found = _believed(said, rule, key, fusion)
            if rule.many:
                found = _several(found)
                chosen |= {f"{path}/{index}": one for index, one in enumerate(found)}
            elif found and found[0].belief >= LEAST and not _ambiguous(said):
                chosen[path] = found[0]
            if path not in chosen and f"{path}/0" not in chosen:
                lacking[path] = said.lacking if said.lacking_belief or not found else missing("not_believed")
    chosen, lacking = _closed_up(chosen, lacking)
    values = {rule.name: _assembled(rule, rule.name, chosen) for rule in document_type.fields}
    evidence = {path: one.evidence for path, one in lacking.items()}
    for path, one in chosen.items():
        evidence[path] = _calibrated(one, f"{document_type.name}/{_field_of(path)}", calibration)
    return values, evidence


def _grouped(proposals: Iterable[Proposal]) -> dict[str, list[Proposal]]:
    """By path; the members of an array of values are together, their numbers mean nothing."""
    grouped: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        head, _, last = proposal.path.rpartition("/")
        grouped.setdefault(head if is_number(last) else proposal.path, []).append(proposal)
    return grouped


def _places(
    pattern: str, rule: FieldRule, grouped: Mapping[str, list[Proposal]]
) -> Iterable[tuple[str, list[Proposal]]]:
    """The concrete paths of a pattern with their proposals: one, or one for each row of an array of objects."""
    pattern = pattern.removesuffix(f"/{ENTRY}") if rule.many else pattern
    if ENTRY not in pattern:
        return [(pattern, grouped.get(pattern, []))]
    return [(path, mine) for path, mine in grouped.items() if pattern_of(path) == pattern]


def _believed(said: Proposed, rule: FieldRule, key: str, fusion: Fusion) -> list[Choice]:
    """Every contender with its belief, the best first; the best is told where a reader says otherwise."""
    ranked = sorted(((_belief(one, key, fusion), one) for one in said.contenders), key=lambda pair: -pair[0])
    choices = [
        Choice(
            one.proof,
            belief,
            agreed=len(one.beliefs) > 1,
            by_labels="labels" in one.beliefs,
            weighed=fusion.knows(one.beliefs),
        )
        for belief, one in ranked
    ]
    if choices and not rule.many and _contested(ranked[0][1], said.contenders):
        choices[0] = replace(choices[0], proof=_noted(choices[0].proof, "readers_disagree"))
    return choices


def _belief(one: Contender, key: str, fusion: Fusion) -> float:
    """What the learned weights say; the fixed ones of what was found by readers alone that they never saw."""
    return (fusion if fusion.knows(one.beliefs) else Fusion()).belief(key, one.figures)


def _contested(best: Contender, among: Sequence[Contender]) -> bool:
    """Whether a reader believes firmly in another value, and clearly less in this one."""
    return any(
        belief >= _DISAGREES and _CLEARLY * belief > best.beliefs.get(reader, 0.0)
        for other in among
        if other is not best
        for reader, belief in other.beliefs.items()
    )


def _several(found: Sequence[Choice]) -> list[Choice]:
    """Different values, in the order of the pages; of two that overlap, the one that is believed more.

    Phrases of a type's file find whole names: a part of what they found ("Systems, Inc." of "Acme Systems") is
    none.
    """
    enough = [one for one in found if one.belief >= LEAST_OF_MANY]
    whole = [one for one in enough if one.by_labels]
    best: list[Choice] = []
    for one in enough:
        cut = any(len(_words(other)) > len(_words(one)) and _overlap(one, other) for other in whole)
        if not cut and not any(_overlap(one, other) for other in best):
            best.append(one)
    return sorted(best[:_MOST], key=lambda one: (one.proof.evidence.page, *one.proof.evidence.boxes[0][1::-1]))


def _overlap(one: Choice, other: Choice) -> bool:
    """Whether one text is a part of the other."""
    short, long = sorted((_words(one), _words(other)), key=len)
    return f" {short} " in f" {long} "


def _words(one: Choice) -> str:
    return " ".join(re.findall(r"\w+", str(one.proof.value).casefold()))


def _ambiguous(said: Proposed) -> bool:
    """Whether a value that can be read in two ways is believed more than any other: then a person says which."""
    best = max(belief for one in said.contenders for belief in one.beliefs.values())
    return said.lacking.evidence.note.endswith("_ambiguous") and said.lacking_belief > best


def _closed_up(
    chosen: Mapping[str, Choice], lacking: Mapping[str, Grounded]
) -> tuple[dict[str, Choice], dict[str, Grounded]]:
    """Number the rows of arrays of objects anew where rows in which nothing was found leave gaps."""
    rows: dict[str, set[int]] = {}
    for array, number, _ in filter(None, map(_row_of, chosen)):
        rows.setdefault(array, set()).add(number)
    places = {array: {old: new for new, old in enumerate(sorted(numbers))} for array, numbers in rows.items()}

    def moved(path: str) -> str:
        """The path with its row's new number; "" where the row is none."""
        row = _row_of(path)
        if row is None:
            return path
        array, number, rest = row
        new = places.get(array, {}).get(number)
        return "" if new is None else f"{array}/{new}/{rest}"

    return (
        {moved(path): one for path, one in chosen.items()},
        {moved(path): one for path, one in lacking.items() if moved(path)},
    )


def _row_of(path: str) -> tuple[str, int, str] | None:
    """Array, number and rest of a path inside a row; None for any other path."""
    steps = path.split("/")
    at = next((i for i, step in enumerate(steps[:-1]) if is_number(step)), 0)
    return ("/".join(steps[:at]), int(steps[at]), "/".join(steps[at + 1 :])) if at else None


def _assembled(rule: FieldRule, path: str, chosen: Mapping[str, Choice]) -> Any:
    """The value at a path: a leaf, an object, or an array of either."""
    if rule.many:
        steps = {other[len(path) + 1 :].partition("/")[0] for other in chosen if other.startswith(f"{path}/")}
        numbers = sorted(int(step) for step in steps)
        return [_entry(rule, f"{path}/{number}", chosen) for number in numbers]
    return _entry(rule, path, chosen)


def _entry(rule: FieldRule, path: str, chosen: Mapping[str, Choice]) -> Any:
    if not rule.fields:
        return chosen[path].proof.value if path in chosen else None
    members = {inner.name: _assembled(inner, f"{path}/{inner.name}", chosen) for inner in rule.fields}
    empty = all(value in (None, []) for value in members.values())
    return None if empty and not rule.required else members


def _field_of(path: str) -> str:
    """The name under which a path is calibrated: without numbers at its end, with "*" for those inside."""
    return pattern_of(path).removesuffix(f"/{ENTRY}")


def _calibrated(one: Choice, key: str, calibration: Calibration) -> Evidence:
    # What was measured of some readers says nothing of another: a value that it alone found counts as new.
    sure = (calibration if one.weighed else Calibration()).confidence(key, one.belief)
    evidence = one.proof.evidence
    note = evidence.note or _what_it_rests_on(sure, agreed=one.agreed)
    return evidence.model_copy(update={"confidence": round(min(sure.confidence, one.proof.most), 4), "note": note})


def _what_it_rests_on(sure: Sure, *, agreed: bool) -> str:
    if not sure.measured:
        return "unmeasured_agreed" if agreed else "unmeasured"
    return "" if sure.tells else "no_signal"


def _noted(proof: Grounded, note: str) -> Grounded:
    return replace(proof, evidence=proof.evidence.model_copy(update={"note": note}))
