"""Publish: release the values, or ask a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processors import document_types
from processors.config import Settings
from processors.document_types import DocumentType
from processors.events import DocumentExtracted, EventData, ResultReleased, ReviewRequested
from processors.fields import Fields
from processors.publish.release import Ask, decide
from processors.stage import Done, Draft, Outcome, Stage, Work


@dataclass(frozen=True)
class Publish:
    """The stage."""

    types: Mapping[str, DocumentType]

    def process(self, work: Work) -> Outcome:
        """Decide, and say so in one event."""
        event: DocumentExtracted = work.event.data
        fields = Fields.model_validate_json(work.inputs["fields"].read_bytes())
        return Done(events=(Draft(self._event(event, fields)),))

    def _event(self, event: DocumentExtracted, fields: Fields) -> EventData:
        decision = decide(fields, self.types.get(event.type), event.type_confidence, whole=not event.unread)
        if isinstance(decision, Ask):
            return ReviewRequested(
                document=event.document,
                type=event.type,
                type_version=event.type_version,
                type_confidence=event.type_confidence,
                reason=decision.reasons[0][0].value,
                reasons=tuple((reason.value, path) for reason, path in decision.reasons),
                failed_rules=decision.failed_rules,
            )
        return ResultReleased(
            document=event.document,
            type=event.type,
            type_version=event.type_version,
            type_confidence=event.type_confidence,
            confidence=decision.confidence,
            fields=decision.fields,
            evidence=decision.evidence,
        )


def build(settings: Settings) -> Stage:
    """The stage as the settings want it; reads the type files once."""
    return Publish(document_types.load(settings.document_types))
