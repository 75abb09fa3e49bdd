"""Every way in which our own machinery can fail, and what each failure means for a document.

    PipelineError                     we are at fault, never the document
    ├── DependencyUnavailable         a server, model or disk is away: pause, back off, count no attempt
    ├── Interrupted                   this worker was asked to stop: give the work back, count no attempt
    ├── StageCrashed                  the child that did the work died: count the attempt
    ├── StageTimedOut                 the child did not finish in time: count the attempt
    ├── StageFailed                   the stage raised: count the attempt
    ├── AttemptsExhausted             workers died over this work again and again: dead letter
    ├── EventInvalid                  a record on a topic that cannot be read: dead letter at once
    │   └── SchemaUnsupported         one of a newer version: dead letter at once
    ├── ArtefactMissing               an object that an event names is not there or is another: dead letter at once
    └── SlotTaken                     another worker runs under our slot's name: this process ends

A document that is itself at fault is no exception: its stage returns `Rejected` (see `stage.py`).
The docstring of each class is its message for people; `code` is what leaves the system.
"""

from typing import ClassVar, Literal

Blame = Literal["dependency", "work", "event"]


class PipelineError(Exception):
    """Something in Chancery failed."""

    #: The reason code that dead letters, metrics and the ledger carry.
    code: ClassVar[str] = "pipeline_error"
    #: Who is at fault decides what happens next; see `runtime/retry.py`.
    blame: ClassVar[Blame] = "work"

    def __init__(self, detail: str = "") -> None:
        """Keep `detail` for our own log; it never leaves the system, since it may quote a document."""
        super().__init__(f"{type(self).__doc__} {detail}".strip())
        self.detail = detail


class DependencyUnavailable(PipelineError):
    """A server that this step needs does not answer, or a disk is full."""

    code = "dependency_unavailable"
    blame = "dependency"


class Interrupted(PipelineError):
    """The worker was asked to stop while it worked."""

    code = "interrupted"
    blame = "dependency"


class StageCrashed(PipelineError):
    """The process that worked on the document died."""

    code = "stage_crashed"


class StageTimedOut(PipelineError):
    """The work on the document took longer than its limit."""

    code = "stage_timed_out"


class StageFailed(PipelineError):
    """The stage raised an unexpected error."""

    code = "stage_failed"


class AttemptsExhausted(PipelineError):
    """Every worker that took this work died before it could say why."""

    code = "attempts_exhausted"


class EventInvalid(PipelineError):
    """A record on a topic is not an event that this stage can read."""

    code = "event_invalid"
    blame = "event"


class SchemaUnsupported(EventInvalid):
    """A record on a topic is an event of ours in a version that this release cannot read."""

    code = "schema_unsupported"


class ArtefactMissing(PipelineError):
    """An object that an event names is not in its bucket, or holds other bytes."""

    code = "artefact_missing"
    blame = "event"


class SlotTaken(PipelineError):
    """Another worker with the same stage and slot number has taken over; start each slot once."""

    code = "slot_taken"
    blame = "dependency"
