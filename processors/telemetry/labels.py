"""The closed lists that labels take their values from; a value that is in none of them becomes "other".

Whatever arrives here may have been written by a stranger (a record on a topic, a server's answer, a fork that
parsed a file), so a value is looked up and never passed on: neither text of a document nor an endless number of
series can come of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from processors import __version__
from processors.pipeline import STAGES, TOPICS
from processors.reasons import QuarantineReason, ReviewReason

OTHER = "other"
#: Processes that are no stage.
BESIDE = ("record", "audit", "refusals", "observe", "console")
_STAGES = tuple(row.name for row in STAGES)
#: Of every class of error, in whichever room; a test compares them.
_CODES = (
    *("artefact_missing", "attempts_exhausted", "audit_chain_broken", "dependency_unavailable"),
    *("document_types_invalid", "event_invalid", "interrupted", "ledger_too_new", "schema_unsupported"),
    *("slot_taken", "stage_crashed", "stage_failed", "stage_timed_out", "weights_refused"),
)
#: The reasons that each end may have; those of what is held are those of what it would have been.
REASONS: dict[str, tuple[str, ...]] = {
    "result": ("",),
    "review": tuple(reason.value for reason in ReviewReason),
    "quarantine": tuple(reason.value for reason in QuarantineReason),
    "dead_letter": _CODES,
}
#: The operators' jobs; a test compares them with `dags/`.
JOBS = ("reconcile", "replay_dead_letters", "report", "reprocess", "retain", "train")
RUN_STATES = ("succeeded", "failed", "late")
#: As the ledger calls them: on the way, or waiting for a person; a test compares them with `record/states.py`.
OPEN_STATES = ("arrived", "recognising", "recognised", "classified", "extracted", "held", "review")

#: More audit chains than any installation has.
_MOST_CHAINS = 100

_CLOSED: dict[str, frozenset[str]] = {
    label: frozenset(values)
    for label, values in {
        "process": (*_STAGES, *BESIDE),
        "lanes": ("all", "live", "reprocessing"),
        "version": (__version__,),
        "stage": _STAGES,
        "lane": ("live", "reprocessing"),
        # of work, then of questions to a model
        "outcome": ("done", "quarantined", "dead_lettered", "repeated", "answered", "failed"),
        "decision": ("retry", "pause", "quarantine", "dead_letter"),
        "grounding": ("verbatim", "normalised", "derived", "missing"),
        "document_type": ("unknown",),
        "model": ("language", "vision"),
        "kind": ("prompt", "completion"),
        "end": (*REASONS, "held"),
        "reason": tuple(reason for reasons in REASONS.values() for reason in reasons),
        "code": _CODES,
        "dag": JOBS,
        # of documents, then of runs
        "state": (*OPEN_STATES, *RUN_STATES),
        "chain": tuple(map(str, range(_MOST_CHAINS))),
        "topic": tuple(topic.name for topic in TOPICS),
        "of": ("kafka", "ledger"),
        "resource": ("core", "gpu"),
        "route": (),
        "status": ("1xx", "2xx", "3xx", "4xx", "5xx"),
    }.items()
}
#: More values of one label than any installation has; beyond it all are "other".
_MOST = 500
_lock = Lock()


def allow(label: str, values: Iterable[str]) -> None:
    """Add values that only an installation knows, from its own files: document types, routes.

    Raises:
        KeyError: no metric has this label.
    """
    with _lock:
        known = _CLOSED[label]
        _CLOSED[label] = frozenset((*known, *sorted(values)[: max(0, _MOST - len(known))]))


def closed(label: str, untrusted_value: str) -> str:
    """The value, if it is one of those that this label takes; else "other".

    Raises:
        KeyError: no metric has this label.
    """
    return untrusted_value if untrusted_value in _CLOSED[label] else OTHER
