"""The way of a document, as one table: read this first.

Worker, topic creation, AsyncAPI, documentation and (later) the Helm chart all read this table, and a test holds
them together. A topic whose name ends in ".<agency>.<type>" stands for one topic per agency and document type.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from processors.events import (
    AccessRefused,
    ActRecorded,
    DeadLettered,
    DocumentArrived,
    DocumentClassified,
    DocumentEnclosed,
    DocumentExtracted,
    DocumentHeld,
    DocumentQuarantined,
    DocumentRecognised,
    DocumentResubmitted,
    EventData,
    PagesRecognised,
    PagesRequested,
    Record,
    ResultReleased,
    ReviewDecided,
    ReviewRequested,
    RunReported,
)
from processors.names import is_reprocessing

StageName = Literal["intake", "ocr", "classify", "extract", "publish"]
#: Which topics of its stage a worker reads: all, those of live documents, or those of reprocessing runs.
Lanes = Literal["all", "live", "reprocessing"]

#: A document of more page ranges than this takes the slow lane, so that it holds up no short one.
SHORT_RANGES = 8
#: What MinIO writes when an object lands in an inbox: S3 event JSON, not a CloudEvent.
NOTIFICATIONS = "intake.notifications"
RESUBMITTED = "documents.resubmitted"
#: What people decided about reviews.
DECIDED = "reviews.decided"
RESULTS = "results.<agency>.<type>"
LONG_DOCUMENTS = "pages.requested.long"
QUARANTINE = "documents.quarantined"
#: Ends of reprocessing runs, kept back until a person decides; for the ledger alone.
HELD = "documents.held"
DEAD_LETTERS = "work.dead-lettered"
#: What people did; for the audit chain alone.
ACTS = "acts.recorded"
#: What servers refused; for the audit chain alone.
REFUSALS = "access.refused"
#: How runs of the operators' jobs ended; for a site's alerting, and for the audit chain.
RUNS = "runs.reported"
#: What is about no document, so that the ledger takes no note of it.
UNNOTED = (NOTIFICATIONS, ACTS, REFUSALS, RUNS)


_REPROCESSING = ".reprocessing"


def reprocessing_lane(topic: str) -> str:
    """The topic of reprocessing runs beside `topic`, whose records overtake it."""
    return topic + _REPROCESSING


def lane_of(topic: str) -> Literal["live", "reprocessing"]:
    """Whose records lie on a topic."""
    return "reprocessing" if topic.endswith(_REPROCESSING) else "live"


@dataclass(frozen=True)
class Topic:
    """A topic and the one kind of event on it."""

    name: str
    #: None for bucket notifications
    event: type[Record] | None
    meaning: str
    #: in production; the local stack uses fewer. Work is spread by document id (page ranges by id and range).
    partitions: int = 24


@dataclass(frozen=True)
class StageRow:
    """A stage: what it reads, what it needs, what it may write."""

    name: StageName
    #: topics, the most urgent first: a later one is read when the earlier ones are empty, and now and then
    reads: tuple[str, ...]
    #: artefacts, by role, that the runtime opens for it; of "one|other" the first that the document has
    needs: tuple[str, ...]
    writes: tuple[str, ...]
    #: roles of the artefacts that it may make
    makes: tuple[str, ...]
    #: parses bytes from outside: every piece of work gets a process of its own
    untrusted: bool
    #: seconds of work a page: its outcome is kept, so that a repeated attempt need not do it again
    costly: bool
    #: after a death it can go on behind the place where it died, see `Work.died`
    resumes: bool
    #: records taken in one transaction; 1 where a record may take seconds
    batch: int
    does: str

    def reading(self, lanes: Lanes) -> StageRow:
        """The row for a worker that reads these lanes alone.

        Raises:
            ValueError: the stage has no such lane.
        """
        if lanes == "all":
            return self
        reads = tuple(topic for topic in self.reads if lane_of(topic) == lanes)
        if not reads:
            raise ValueError(f"{self.name} has no lane of reprocessing runs")
        return replace(self, reads=reads)


TOPICS: tuple[Topic, ...] = (
    Topic(NOTIFICATIONS, None, "An object version landed in an inbox."),
    Topic("documents.arrived", DocumentArrived, "A document passed the door and is stored under lock."),
    Topic("documents.enclosed", DocumentEnclosed, "A file was found inside a document and waits at the door."),
    Topic(RESUBMITTED, DocumentResubmitted, "A person wants a document worked on again, or a packet cut."),
    Topic("pages.requested", PagesRequested, "A page range waits for recognition.", partitions=96),
    Topic(LONG_DOCUMENTS, PagesRequested, "A page range of a long document waits for recognition.", partitions=96),
    Topic(reprocessing_lane("pages.requested"), PagesRequested, "A page range is to be recognised again."),
    Topic("pages.recognised", PagesRecognised, "A page range was read."),
    Topic("documents.recognised", DocumentRecognised, "All pages of a document were read."),
    Topic(reprocessing_lane("documents.recognised"), DocumentRecognised, "A document is to be classified again."),
    Topic("documents.classified", DocumentClassified, "The document's type is known, or known to be unknown."),
    Topic(reprocessing_lane("documents.classified"), DocumentClassified, "Values are to be read again."),
    Topic("documents.extracted", DocumentExtracted, "Values were read, each with its evidence."),
    Topic(reprocessing_lane("documents.extracted"), DocumentExtracted, "Values are to be decided about again."),
    Topic(RESULTS, ResultReleased, "A typed, evidenced record: what consumers read.", partitions=6),
    Topic("reviews.requested", ReviewRequested, "A person must decide before anything is released."),
    Topic(DECIDED, ReviewDecided, "People decided about a document under review.", partitions=6),
    Topic(HELD, DocumentHeld, "A reprocessing came to its end, which waits for a person's word."),
    Topic(QUARANTINE, DocumentQuarantined, "The document is at fault and was set aside."),
    Topic(DEAD_LETTERS, DeadLettered, "Chancery is at fault: work that failed for good."),
    # One partition: what people did has one order.
    Topic(ACTS, ActRecorded, "A person did something: promoted a model, released a document, …", partitions=1),
    Topic(REFUSALS, AccessRefused, "A server refused somebody something, so many times.", partitions=1),
    Topic(RUNS, RunReported, "A run of an operator's job ended, or is late.", partitions=1),
)

STAGES: tuple[StageRow, ...] = (
    StageRow(
        name="intake",
        reads=(NOTIFICATIONS, "documents.enclosed", RESUBMITTED),
        # A packet is cut where a person saw it: in the file that was read.
        needs=("rendition|original",),
        writes=("documents.arrived", "documents.enclosed", "pages.requested", LONG_DOCUMENTS),
        makes=("rendition",),
        untrusted=True,
        costly=False,
        resumes=False,
        batch=1,
        does="checks size, type and pages, stores the original under lock, converts what has no pages, unpacks "
        "what holds other files, splits into page ranges; cuts packets where a person says so",
    ),
    StageRow(
        name="ocr",
        reads=("pages.requested", LONG_DOCUMENTS, reprocessing_lane("pages.requested")),
        needs=("rendition|original",),
        writes=("pages.recognised", "documents.recognised", reprocessing_lane("documents.recognised")),
        makes=("pages", "text", "alto", "searchable"),
        untrusted=True,
        costly=True,
        resumes=True,
        batch=1,
        does="takes the text layer where it is good, else renders and recognises; words with boxes",
    ),
    StageRow(
        name="classify",
        reads=("documents.recognised", reprocessing_lane("documents.recognised")),
        needs=("pages",),
        writes=("documents.classified", reprocessing_lane("documents.classified")),
        makes=(),
        untrusted=False,
        costly=False,
        resumes=False,
        batch=8,
        does="tells the document type with a calibrated confidence",
    ),
    StageRow(
        name="extract",
        reads=("documents.classified", reprocessing_lane("documents.classified")),
        needs=("pages",),
        writes=("documents.extracted", reprocessing_lane("documents.extracted")),
        makes=("fields",),
        untrusted=False,
        costly=False,
        resumes=False,
        batch=4,
        does="reads the values of the type's schema, each proven on the page",
    ),
    StageRow(
        name="publish",
        reads=("documents.extracted", DECIDED, reprocessing_lane("documents.extracted")),
        # What people decided lies beside what was read.
        needs=("fields", "decision|fields"),
        # A person's type sends a document back to extract.
        writes=(RESULTS, "reviews.requested", "documents.classified", HELD),
        makes=(),
        untrusted=False,
        costly=False,
        resumes=False,
        batch=8,
        does="checks schema, completeness and confidence; releases, or asks a person; does what people decided",
    ),
)


def stage(name: str) -> StageRow:
    """The row of the stage called `name`.

    Raises:
        KeyError: no stage has this name.
    """
    return {row.name: row for row in STAGES}[name]  # type: ignore[index]


def topic_of(event: Record) -> str:
    """The topic that this event travels on, without the installation's prefix."""
    # Of the topics of one kind of event the first is that of live documents.
    template = next(topic.name for topic in TOPICS if topic.event is type(event))
    if isinstance(event, EventData) and is_reprocessing(event.document.run_id):
        lane = reprocessing_lane(template)
        if any(topic.name == lane for topic in TOPICS):
            return lane
    if isinstance(event, PagesRequested):
        return LONG_DOCUMENTS if len(event.ranges) > SHORT_RANGES else template
    if isinstance(event, ResultReleased):
        return result_topic(event.document.agency, event.type)
    return template


def result_topic(agency: str, document_type: str) -> str:
    """The topic of an agency's results of one type. Both names come from our own configuration."""
    return RESULTS.replace("<agency>", agency).replace("<type>", document_type)
