"""What a run of a document read, from the event that ended it."""

from __future__ import annotations

from typing import Any

from processors.batch.reprocess.differences import Side
from processors.events import (
    DeadLettered,
    DocumentQuarantined,
    Event,
    EventData,
    ResultReleased,
    ReviewRequested,
    Step,
)
from processors.fields import Fields
from processors.ports import Objects

_STATES: dict[type[Any], str] = {
    ResultReleased: "result",
    ReviewRequested: "review",
    DocumentQuarantined: "quarantined",
    DeadLettered: "dead_letter",
}


def side_of(end: Event[Any] | None, objects: Objects) -> Side:
    """What a run read; of a request for review the values that the person is shown.

    Raises:
        DependencyUnavailable: the store does not answer.
        ArtefactMissing: the values are gone.
    """
    if end is None:
        return Side("none")
    data = end.data
    state, reason = _STATES[type(data)], getattr(data, "reason", "")
    if not isinstance(data, ResultReleased | ReviewRequested):
        return Side(state, reason=reason)
    values, evidence = _read(data, objects)
    return Side(state, data.type, data.type_version, reason, _engines(data), values, evidence)


def _read(data: ResultReleased | ReviewRequested, objects: Objects) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(data, ResultReleased):
        return data.fields, data.evidence
    if "fields" not in data.artefacts:
        return {}, {}
    fields = Fields.model_validate_json(objects.read(data.artefacts["fields"]))
    return fields.values, fields.evidence


def _engines(data: EventData) -> dict[str, str]:
    return {step.stage: _engine(step) for step in data.provenance}


def _engine(step: Step) -> str:
    return " ".join(filter(None, (step.engine or f"chancery {step.code_version}", step.model_digest[:12])))
