"""What a run of `bench.extraction` measured, by set, and as the one line for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.extraction.classifying import Classified
from bench.extraction.folder import SETS
from bench.extraction.judged import Outcome
from processors.forge.evaluation import figures, intervals
from processors.forge.evaluation.judging import Judged

#: The measure by which each set is compared in the field; Chancery's own elsewhere.
OWN = {"fara": "typed", "fcc": "typed", "nda": "kleister", "receipts": "sroie"}
#: figures of a set's own group that go into the line
_TOLD = (
    "auroc",
    "auroc_interval",
    "ece",
    "coverage",
    "ungrounded",
    "schema_valid",
    "released",
    "whole",
    "macro_f1",
    "anls",
    "scores",
)


@dataclass
class Measured:
    """A run."""

    #: "shipped", "trained" or "cross-validated": to which models the documents are how new
    how: str
    outcome: Outcome
    #: digests that the models were made from; None where they do not say
    known: frozenset[str] | None = None
    #: digests of each document, by name
    digests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: by set and number of documents that were learned from
    few_shot: Mapping[str, Mapping[int, Outcome]] = field(default_factory=dict)
    #: why there are no few-shot figures
    few_shot_absent: str = ""
    classified: Classified | None = None
    #: CPU seconds of recognition for a scanned page
    recognition: float | None = None
    #: CPU seconds of extraction, see `cost.extraction`
    extraction: Mapping[str, float | None] = field(default_factory=dict)
    grammar_ms: float | None = None
    #: what the classifier's own report says of documents and kinds that were new to it
    classifier_says: Mapping[str, float] = field(default_factory=dict)

    @property
    def sets(self) -> dict[str, list[Judged]]:
        """Judged documents by set: those that the models do not know; all of a set that holds no other."""
        found: dict[str, list[Judged]] = {}
        for one in sorted(self.outcome.judged, key=set_of):
            found.setdefault(set_of(one), []).append(one)
        return {name: [one for one in mine if not self.seen(one)] or mine for name, mine in found.items()}

    def seen(self, one: Judged) -> bool:
        """Whether a model was made from this document."""
        return bool((self.known or frozenset()) & set(self.digests.get(one.document.name, ())))

    @property
    def judged(self) -> list[Judged]:
        """All documents of `sets`."""
        return [one for mine in self.sets.values() for one in mine]

    @property
    def share_of_recognition(self) -> float | None:
        """What extraction adds to a scanned page's recognition, 0.1 = a tenth."""
        page = self.extraction.get("scanned_page")
        return page / self.recognition if page is not None and self.recognition else None


def set_of(one: Judged) -> str:
    """The set of a document, by its type."""
    return SETS.get(one.type, one.type)


def line(measured: Measured) -> dict[str, Any]:
    """Every figure, for machines; no value of any document."""
    sets = {name: _of_set(name, mine, measured) for name, mine in measured.sets.items()}
    whole = figures.released(measured.judged)
    shots = {
        name: {str(size): estimate(name, one.judged) for size, one in by_size.items()}
        for name, by_size in measured.few_shot.items()
    }
    classified = measured.classified
    return {
        "bench": "extraction",
        "how": measured.how,
        "documents": len(measured.judged),
        "ungrounded": whole["ungrounded"],
        "ungrounded_released": whole["released"]["ungrounded"],
        "schema_valid": whole["schema_valid"],
        "released": whole["released"],
        "whole": whole["whole"],
        "micro_f1": {name: one["micro_f1"] for name, one in sets.items()},
        "micro_f1_legible": {name: one["micro_f1_legible"] for name, one in sets.items()},
        "fara_10": shots.get("fara", {}).get("10"),
        "few_shot": shots or None,
        "few_shot_absent": measured.few_shot_absent,
        "classification_accuracy": _share(classified.known) if classified else None,
        "classification_documents": len(classified.known) if classified else 0,
        "unknown_rate": _share(classified.unknown) if classified else None,
        "unknown_documents": len(classified.unknown) if classified else 0,
        "classifier_cross_validated": dict(measured.classifier_says) or None,
        "auroc": {name: one["auroc"] for name, one in sets.items()},
        "extraction_share_of_ocr": _rounded(measured.share_of_recognition),
        "extraction_cpu": {name: _rounded(value, 5) for name, value in measured.extraction.items()},
        "recognition_cpu_page": _rounded(measured.recognition),
        "classification_cpu": _rounded(classified.cpu) if classified else None,
        "grammar_ms": _rounded(measured.grammar_ms, 1),
        "sets": sets,
    }


def estimate(name: str, judged: Sequence[Judged], *, legible: bool = False) -> dict[str, float] | None:
    """Micro-F1 by the set's own measure."""
    found = intervals.f1(figures.counts(judged, OWN.get(name, figures.TYPED), legible=legible))
    return found.to_json() if found else None


def _of_set(name: str, mine: Sequence[Judged], measured: Measured) -> dict[str, Any]:
    whole = figures.figures(mine)
    untouched = [one for one in mine if one.document.half == "held-out"]
    return {
        "documents": len(mine),
        "new_to_the_models": None if measured.known is None else not any(measured.seen(one) for one in mine),
        "measure": OWN.get(name, figures.TYPED),
        "micro_f1": estimate(name, mine),
        "micro_f1_legible": estimate(name, mine, legible=True),
        "micro_f1_held_out_of_the_rules": estimate(name, untouched),
        **{key: whole[key] for key in _TOLD},
        "review": whole["review"],
    }


def _share(hits: Sequence[bool]) -> dict[str, float] | None:
    found = intervals.share(hits)
    return found.to_json() if found else None


def _rounded(number: float | None, places: int = 4) -> float | None:
    return None if number is None else round(number, places)
