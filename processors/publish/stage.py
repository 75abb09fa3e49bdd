"""Publish: release the values, or ask a person; and do what people decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processors import document_types
from processors.config import Settings
from processors.decisions import Look
from processors.document_types import DocumentType
from processors.events import DocumentExtracted, EventData, ResultReleased, ReviewDecided, ReviewRequested
from processors.fields import Fields
from processors.names import review_run
from processors.publish import by_people
from processors.publish.release import Ask, decide
from processors.stage import Done, Draft, Outcome, Rejected, Stage, Work


@dataclass(frozen=True)
class Publish:
    """The stage."""

    types: Mapping[str, DocumentType]

    def process(self, work: Work) -> Outcome:
        """Decide, and say so in one event."""
        event: DocumentExtracted | ReviewDecided = work.event.data
        fields = Fields.model_validate_json(work.inputs["fields"].read_bytes())
        decision = work.inputs.get("decision")
        look = None if decision is None else Look.model_validate_json(decision.read_bytes())
        if isinstance(event, ReviewDecided):
            assert look is not None, "the runtime opens what the event must name"
            follows = by_people.done(event, look, fields, self.types)
            return follows if isinstance(follows, Rejected) else Done(events=(Draft(follows),))
        return Done(events=(Draft(self._event(event, fields, look)),))

    def _event(self, event: DocumentExtracted, fields: Fields, look: Look | None) -> EventData:
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
            # A person had told the type of this very run. A reprocessing of it is told what it replaces when it is
            # released.
            supersedes=look.supersedes if look and event.document.run_id == review_run(look.review) else "",
        )


def build(settings: Settings) -> Stage:
    """The stage as the settings want it; reads the type files once."""
    return Publish(document_types.load(settings.document_types))
