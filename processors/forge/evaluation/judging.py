"""One document judged: every measure on every field, what would be released, and what stands on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from processors.document_types import FieldRule
from processors.forge.evaluation.labelled import Labelled, paths
from processors.forge.evaluation.legible import legible
from processors.forge.evaluation.matching import plain, same
from processors.forge.evaluation.on_page import on_page
from processors.forge.evaluation.printed import printed
from processors.forge.evaluation.schema import fits
from processors.forge.evaluation.scoring import kleister, sroie, vrdu
from processors.forge.evaluation.scoring.anls import anls
from processors.forge.evaluation.scoring.counts import Counts, each_of, one_of
from processors.pages import Box, Page
from processors.publish.release import Release, decide, unsure

#: measures that count right, read and labelled values
_SROIE: Final = {"sroie": sroie.strict, "sroie_any_case": sroie.any_case, "sroie_lenient": sroie.lenient}
MEASURES: Final = ("typed", "vrdu", "kleister", "sroie", "sroie_any_case", "sroie_lenient", "exact")


@dataclass(frozen=True)
class Value:
    """A value that was read."""

    path: str
    value: str
    #: None where no label says what would be right
    right: bool | None
    confidence: float
    #: measured, and at or above the type's threshold: nobody need look at it
    sure: bool
    #: stands on the page, found out without extraction's help
    grounded: bool
    #: counted from 1; 0 for none
    page: int
    boxes: tuple[Box, ...]

    @property
    def field(self) -> str:
        """The field's name."""
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Judged:
    """What is known of one document when it was read and held against its labels."""

    document: Labelled
    #: by measure and field
    counts: Mapping[str, Mapping[str, Counts]]
    #: ANLS* over its labelled fields
    anls: float
    values: tuple[Value, ...]
    #: fields whose labelled text recognition read
    legible: frozenset[str]
    #: goes out unseen, as publish decides, the type taken as certain
    released: bool
    #: fits the schema of its type, but for what was not found
    fits: bool
    #: pages that were read
    pages: int

    @property
    def type(self) -> str:
        """Name of the document type."""
        return self.document.document_type.name

    @property
    def lacking(self) -> bool:
        """Fewer values were read than are labelled."""
        return any(one.read < one.labelled for one in self.counts["typed"].values())


def judge(document: Labelled, pages: Sequence[Page], seen: Mapping[str, Any] | None = None) -> Judged:
    """Judge a document.

    Args:
        document: its labels and what was read
        pages: that were read
        seen: by field, whether another recognition read the label's text, where that is known
    """
    by_number = {page.number: page for page in pages}
    known = {
        rule.name: labels for rule in document.document_type.fields if (labels := document.wanted(rule)) is not None
    }
    kind, fields = document.document_type, document.fields
    rules = {rule.name: rule for rule in kind.fields}
    return Judged(
        document=document,
        counts={measure: _counts(measure, document, known, rules) for measure in MEASURES},
        anls=_anls(document, known, rules),
        values=tuple(_values(document, by_number)),
        legible=frozenset(
            name
            for name, labels in known.items()
            if labels
            and (
                (seen or {}).get(name) is True
                or legible(rules[name], labels, pages, month_only=document.month_only)
            )
        ),
        released=isinstance(decide(fields, kind, 1.0), Release),
        fits=fits(fields.values, kind.schema),
        pages=len(pages),
    )


def _values(document: Labelled, pages: Mapping[int, Page]) -> list[Value]:
    found = []
    for rule in document.document_type.fields:
        for path, value in paths(document.fields, rule):
            proof = document.fields.evidence.get(path)
            confidence = proof.confidence if proof else 0.0
            found.append(
                Value(
                    path=path,
                    value=str(value),
                    right=None if document.wanted(rule) is None else document.right(rule, value),
                    confidence=confidence,
                    sure=proof is not None and not any(unsure(proof, document.document_type)),
                    grounded=on_page(rule, value, proof, pages),
                    page=proof.page if proof else 0,
                    boxes=proof.boxes if proof else (),
                )
            )
    return found


def _counts(
    measure: str, document: Labelled, known: Mapping[str, list[str]], rules: Mapping[str, FieldRule]
) -> dict[str, Counts]:
    counts = {name: _count(measure, document, rules[name], labels) for name, labels in known.items()}
    # A field that is labelled but that the type does not have is one that cannot be read.
    strange = [name for name in document.labels if name not in rules]
    return counts | {name: Counts(0, 0, 1) for name in strange}


def _count(measure: str, document: Labelled, rule: FieldRule, labels: list[str]) -> Counts:
    found = paths(document.fields, rule)
    values = [str(value) for _, value in found]
    if measure == "kleister":
        return kleister.score(
            rule.name, values, (plain(rule, one) if rule.normaliser == "date" else one for one in labels)
        )
    if measure == "exact":
        spaced = [plain(rule, one) for one in labels]
        return (each_of if rule.many else one_of)(values, spaced, str.__eq__)
    count = each_of if rule.many else one_of
    if measure == "typed":
        month_only = document.month_only
        return count(values, labels, lambda value, label: same(rule, value, label, month_only=month_only))
    texts = [printed(rule, value, document.fields.evidence.get(path)) for path, value in found]
    spaced = [one.replace("_", " ") for one in labels]
    if measure == "vrdu":
        if document.month_only and rule.normaliser == "date":
            # VRDU has no dates without a day: they are compared as far as they are known.
            return count([value[:7] for value in values], [one[:7] for one in labels], str.__eq__)
        return count(texts, spaced, vrdu.matcher(rule.name, rule.normaliser))
    return count(texts, spaced, _SROIE[measure])


def _anls(document: Labelled, known: Mapping[str, list[str]], rules: Mapping[str, FieldRule]) -> float:
    truth: dict[str, Any] = {}
    for name, labels in known.items():
        forms = [plain(rules[name], one) for one in labels]
        truth[name] = forms if rules[name].many else tuple(forms) or None
    return anls(truth, {name: document.fields.values.get(name) for name in known})
