"""Why a person must look at a document: its doubts, with the numbers behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processors.config import Settings
from processors.document_types import DocumentTypesInvalid, load
from processors.events import Evidence, ReviewRequested
from processors.reasons import ReviewReason


@dataclass(frozen=True)
class Doubt:
    """One reason, and what it is about."""

    reason: str
    #: a field path; "" = the document, or its type
    path: str
    #: of the value or of the type; None where the reason is another
    confidence: float | None = None
    #: what it would have to be; None where the type's file is not known here
    threshold: float | None = None
    #: the rule of the type's file that the values break; "" where the reason is another
    rule: str = ""

    @property
    def said(self) -> str:
        """The reason, such as "rule_failed (flight_in_order)"."""
        return f"{self.reason} ({self.rule})" if self.rule else self.reason

    @property
    def numbers(self) -> str:
        """Such as "0.61 < 0.90"; "" if there are none."""
        if self.confidence is None:
            return ""
        return f"{self.confidence:.2f}" + (f" < {self.threshold:.2f}" if self.threshold is not None else "")

    @property
    def about(self) -> str:
        """Such as "registrant_name 0.61 < 0.90"."""
        return f"{self.path or ('type' if self.numbers else '')} {self.numbers or self.rule}".strip()


def doubts_of(
    event: dict[str, Any] | None, evidence: Mapping[str, Evidence], settings: Settings
) -> tuple[Doubt, ...]:
    """The doubts that a stored event names; none if it asks for no review."""
    if event is None or event["type"] != ReviewRequested.TYPE:
        return ()
    data = event["data"]
    threshold = _threshold(settings, data["type"], data["type_version"])
    return tuple(
        _failed(path, data)
        if reason == ReviewReason.RULE_FAILED.value
        else _doubt(reason, path, data["type_confidence"], evidence, threshold)
        for reason, path in data["reasons"]
    )


def told(doubts: Sequence[Doubt], reason: str) -> str:
    """The reason as it speaks in one cell, such as "confidence_low (registrant_name 0.61 < 0.90) +1"."""
    mine = sorted((d for d in doubts if d.reason == reason), key=lambda d: d.confidence or 0.0)
    if not mine:
        return reason
    about = f" ({mine[0].about})" if mine[0].about else ""
    return f"{reason}{about}" + (f" +{len(doubts) - 1}" if len(doubts) > 1 else "")


def _failed(path: str, data: Mapping[str, Any]) -> Doubt:
    """A value that breaks rules, with their names."""
    names = dict.fromkeys(rule["name"] for rule in data.get("failed_rules", ()) if path in rule["paths"])
    return Doubt(ReviewReason.RULE_FAILED.value, path, rule=", ".join(names))


def _doubt(
    reason: str, path: str, type_confidence: float, evidence: Mapping[str, Evidence], threshold: float | None
) -> Doubt:
    if reason == ReviewReason.TYPE_UNKNOWN.value:
        return Doubt(reason, path, type_confidence)
    if reason != ReviewReason.CONFIDENCE_LOW.value:
        return Doubt(reason, path)
    proof = evidence.get(path)
    return Doubt(reason, path, type_confidence if not path else proof.confidence if proof else None, threshold)


def _threshold(settings: Settings, name: str, version: str) -> float | None:
    """From which confidence the type is released; None if its file here is of another version, or is broken."""
    try:
        known = load(settings.document_types).get(name)
    except DocumentTypesInvalid:
        return None
    return known.threshold if known and known.version == version else None
