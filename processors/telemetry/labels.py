"""The closed lists that labels take their values from; a value that is in none of them becomes "other".

Whatever arrives here may have been written by a stranger (a record on a topic, a server's answer, a fork that
parsed a file), so a value is looked up and never passed on: neither text of a document nor an endless number of
series can come of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock

from processors import __version__
from processors.errors import PipelineError
from processors.pipeline import STAGES, TOPICS
from processors.reasons import QuarantineReason, ReviewReason

OTHER = "other"
#: Processes that are no stage.
BESIDE = ("record", "audit", "refusals", "observe", "console")
_STAGES = tuple(row.name for row in STAGES)
_ENDS = ("result", "review", "quarantine", "dead_letter", "held")
_REASONS = tuple(reason.value for reason in (*QuarantineReason, *ReviewReason))
#: The operators' jobs; a test compares them with `dags/`.
_JOBS = ("reconcile", "replay_dead_letters", "report", "reprocess", "retain", "train")
#: As the ledger calls them: on the way, or waiting for a person; a test compares them with `record/states.py`.
OPEN_STATES = ("arrived", "recognising", "recognised", "classified", "extracted", "held", "review")

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
        "end": _ENDS,
        "reason": ("", *_REASONS),
        "code": (),
        "job": _JOBS,
        # of documents, then of runs
        "state": (*OPEN_STATES, "succeeded", "failed", "late"),
        "chain": (),
        "topic": tuple(topic.name for topic in TOPICS),
        "of": ("kafka", "ledger"),
        "resource": ("core", "gpu"),
        "route": (),
        "status": ("1xx", "2xx", "3xx", "4xx", "5xx"),
    }.items()
}
#: Labels whose values are error codes as well.
_CODED = ("code", "reason")
#: More values of one label than any installation has; beyond it all are "other".
_MOST = 500
_lock = Lock()


def allow(label: str, values: Iterable[str]) -> None:
    """Add values that only an installation knows, from its own files: document types, chains, routes.

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
    if untrusted_value in _CLOSED[label]:
        return untrusted_value
    if label in _CODED and untrusted_value in set(_codes(PipelineError)):
        return untrusted_value
    return OTHER


def _codes(error: type[PipelineError]) -> Iterator[str]:
    """The codes of an error and of all that are made from it, wherever they are defined."""
    yield error.code
    for one in error.__subclasses__():
        yield from _codes(one)
