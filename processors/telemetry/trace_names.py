"""Everything that a trace of Chancery may tell, as one table: spans, attributes, outcomes, each with its meaning.

Nothing else is exported, and a test holds every span to it. Values are ids, counts, and words from closed lists or
from the site's own settings; text of a document, a file's or sender's name, a key or a password never becomes one.
Where OpenTelemetry's semantic conventions have a name for a thing, that name is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Named:
    """A span or an attribute, and what it means."""

    name: str
    meaning: str


#: What the name of the span of a piece of work ends in; the stage stands before it.
PIECE: Final = "process"
COMMIT: Final = "commit"
#: Each piece of work is one CONSUMER span for each attempt, "STAGE process"; these are parts of it, but for `wait`.
SPANS: Final = (
    Named("wait", "From Kafka's taking a record in to a worker's taking it in hand; beside the work, before it."),
    Named("receive", "Fetching what was uploaded, and storing it under lock."),
    Named("scan", "Asking the scanner for malware."),
    Named("fetch", "Fetching the artefacts that the stage needs."),
    Named("process", "The stage at work, in the child process, as the worker sees it."),
    Named("ask", "Questions put to a model behind an endpoint."),
    Named("store", "Storing what the stage made."),
    Named("join", "Looking whether all page ranges are read, and putting them together if they are."),
    Named("end", "Claiming the end of a document, and making records of what is told."),
    Named(COMMIT, "The Kafka transaction of the answers and the reading position."),
)
#: Of the process that exports; the same for all of its spans.
RESOURCE: Final = (
    Named("service.name", "chancery-STAGE."),
    Named("service.namespace", "The installation's prefix, or chancery."),
    Named("service.instance.id", "STAGE-SLOT, the worker."),
    Named("service.version", "Version of Chancery."),
    Named("process.pid", "The worker's process id: another one after it was started again."),
)
ATTRIBUTES: Final = (
    Named("messaging.system", "kafka."),
    Named("messaging.operation.type", "process."),
    Named("messaging.consumer.group.name", "The stage's consumer group, without the installation's prefix."),
    Named("messaging.destination.name", "The topic, without the installation's prefix."),
    Named("messaging.destination.partition.id", "Its partition."),
    Named("messaging.kafka.offset", "The record's place in the partition."),
    Named("chancery.stage", "The stage."),
    Named("chancery.document", "The document's id."),
    Named("chancery.run", "The run: live, or one that people began."),
    Named("chancery.continues", "The run after which people began this one."),
    Named("chancery.parent", "Id of the document that this one was enclosed in."),
    Named("chancery.work", "Id of the piece of work, as logs name it."),
    Named("chancery.attempt", "Which attempt at it, from 1."),
    Named(
        "chancery.again", "True where the work was begun before: an attempt whose worker was killed leaves no span."
    ),
    Named(
        "chancery.earlier_ms",
        "Milliseconds since the attempt before began, which the store tells to the second.",
    ),
    Named("chancery.pages.first", "First page of the range that is worked on."),
    Named("chancery.pages.last", "Its last page."),
    Named("chancery.waited_ms", "Milliseconds from Kafka's taking the record in to this work's begin."),
    Named("chancery.outcome", "What became of the attempt, see OUTCOMES."),
    Named("chancery.end", "How the document ended with it: result, review, quarantine, dead_letter or held."),
    Named("chancery.reason", "The reason code of that end (docs/reasons.md)."),
    Named("chancery.whole", "Whether this work completed the set of page ranges, or works on the whole."),
    Named("chancery.questions", "Questions that were put to a model."),
    Named("gen_ai.request.model", "The model's name, as the settings say."),
    Named("gen_ai.usage.output_tokens", "Tokens that the model wrote."),
    Named("error.type", "Code of the error (docs/reasons.md); the span's status carries the same and no more."),
)
OUTCOMES: Final = (
    Named("done", "Answered."),
    Named("repeated", "Answered as an earlier attempt had answered it, or with nothing, since the run had ended."),
    Named("quarantined", "The document was set aside."),
    Named("dead_lettered", "Chancery gave up."),
    Named("retried", "Failed; another attempt follows at once."),
    Named("given_back", "A server was away, or the worker was asked to stop; no attempt counts."),
)
