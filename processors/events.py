"""The facts that flow between the stages: CloudEvents 1.0 whose data are frozen records.

Events carry references, ids and hashes; the bytes stay in the object store (claim check). Only a result event
carries values of a document. `schemas/events/` holds the JSON Schema of each, written from these classes by
`make schemas`; the `#:` comment above a member is its description there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["verbatim", "normalised", "derived", "missing"]


class Record(BaseModel):
    """An immutable record; unknown members of newer writers are ignored, never an error."""

    # "Not a number" has no JSON: refused where it arises, not where it is read.
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Ref(Record):
    """Where an object lies and how to know it is the right one."""

    #: the object's bucket
    bucket: str
    #: the object's key in its bucket
    key: str
    #: the object's version; "" where the bucket keeps none
    version_id: str = ""
    #: of the bytes, in hexadecimal
    sha256: str
    #: bytes
    size: int
    #: such as "application/pdf"
    media_type: str


class Original(Record):
    """The uploaded object version that a document came from. Its key is untrusted: never a path, never a topic."""

    #: the agency's inbox
    bucket: str
    #: as the sender chose it: untrusted text; of an enclosed file the place where we keep it
    key: str
    #: what an enclosed file was called: untrusted text; "" for an upload, whose key is its name
    name: str = ""
    #: which version under that key
    version_id: str
    #: of the bytes, in hexadecimal; "" while they were not read
    sha256: str = ""
    #: bytes
    size: int
    #: told from the content, never from the name; "application/octet-stream" while it is not known
    media_type: str = "application/octet-stream"
    #: 0 = not yet counted
    pages: int = 0


class DocumentId(Record):
    """Which document, of whom, in which run."""

    #: hash of bucket, key and version id
    id: str
    #: whose inbox it came through
    agency: str
    #: "live" for the first way through; batch runs have ids of their own
    run_id: str = "live"
    #: the run that this one was made after: a person had its dead letter replayed, released it from quarantine,
    #: decided its review, or had it reprocessed
    continues: str = ""
    #: id of the document that this one was enclosed in, such as the mail that it was attached to; "" for an upload
    parent: str = ""
    #: how many documents enclose this one
    depth: int = 0
    #: the uploaded object version
    original: Original

    @classmethod
    def keyed(cls, id: str, agency: str, run_id: str) -> DocumentId:
        """A document of which no more is known than what its keys in the store are made of."""
        nothing = Original(bucket="", key="", version_id="", size=0)
        return cls(id=id, agency=agency, run_id=run_id, original=nothing)


class Step(Record):
    """One stage's signature under its work."""

    #: the stage, such as "ocr"
    stage: str
    #: version of Chancery
    code_version: str
    #: engine and version, such as "tesserocr 5.5.4"; empty where the stage uses none
    engine: str = ""
    #: sha256 of the model or language data that was used
    model_digest: str = ""


class UnreadPage(Record):
    """A page that could not be read, though others of its document could."""

    #: counted from 1
    page: int
    #: why, from our own vocabulary, such as "damaged" or "timed_out"
    reason: str


class EventData(Record):
    """What every event of a document carries."""

    #: CloudEvents type, such as "chancery.document.arrived.v1"
    TYPE: ClassVar[str]

    #: which document this is about
    document: DocumentId
    #: what earlier stages stored, by role ("original", "pages", "fields", …)
    artefacts: dict[str, Ref] = Field(default_factory=dict)
    #: who did what so far, in order
    provenance: tuple[Step, ...] = ()
    #: pages that could not be read; everything that follows comes from the others
    unread: tuple[UnreadPage, ...] = ()
    #: what is to be known of the reading, from our own vocabulary, such as "missing_pack:ara"
    notes: tuple[str, ...] = ()


class ObjectCreated(EventData):
    """An object version landed in an inbox; made by the runtime from a bucket notification, never published."""

    TYPE: ClassVar[str] = "chancery.object.created.v1"
    #: the first document of this agency with the same bytes, or ""
    same_content_as: str = ""
    #: quarantine reasons that a person has set aside for this run
    waived: tuple[str, ...] = ()
    #: the pages, counted from 1, with which a further document begins: it is cut there, and not read
    cuts: tuple[int, ...] = ()


class DocumentArrived(EventData):
    """A document passed the door: its bytes are stored under lock, its type and page count are known."""

    TYPE: ClassVar[str] = "chancery.document.arrived.v1"
    #: the first document of this agency with the same bytes, or ""
    same_content_as: str = ""
    #: how many page ranges were requested
    ranges: int
    #: how many files were found inside, each a document of its own from now on
    enclosed: int = 0


class DocumentEnclosed(EventData):
    """A file was found inside a document, such as an attachment of a mail, and waits at the door like an upload."""

    TYPE: ClassVar[str] = "chancery.document.enclosed.v1"


class DocumentResubmitted(EventData):
    """A person wants a document worked on again, in a run of its own: replayed, released, or cut."""

    TYPE: ClassVar[str] = "chancery.document.resubmitted.v1"
    #: who wants it
    by: str
    #: id of the event that ended the run before
    ended_by: str
    #: quarantine reasons that this person sets aside for this run
    waived: tuple[str, ...] = ()
    #: of a packet that a reviewer cuts: the pages, counted from 1, with which a further document begins; artefact
    #: "decision" is where that person says so
    cuts: tuple[int, ...] = ()


class PageRange(Record):
    """Pages first..last of a document, counted from 1, both included."""

    #: the first page
    first: int
    #: the last page
    last: int

    @property
    def name(self) -> str:
        """The name of the range within its document, such as "pages-1-8"."""
        return f"pages-{self.first}-{self.last}"

    @property
    def file_name(self) -> str:
        """The name of the artefact that holds the range's pages; names sort as the pages do."""
        return f"pages-{self.first:05}-{self.last:05}.jsonl"


class PagesRequested(EventData):
    """A page range waits for recognition."""

    TYPE: ClassVar[str] = "chancery.pages.requested.v1"
    #: the pages that this is about
    range: PageRange
    #: all ranges of the document, in order
    ranges: tuple[PageRange, ...]


class Reading(Record):
    """What recognition found on some pages, in numbers."""

    #: how many pages
    pages: int
    #: how many words were read on them
    words: int
    #: pages whose text layer was good enough to be used
    text_layer_pages: int
    #: mean word confidence, 0 to 1; 0 when there is no word
    confidence: float


class PagesRecognised(EventData):
    """A page range was read."""

    TYPE: ClassVar[str] = "chancery.pages.recognised.v1"
    #: the pages that this is about
    range: PageRange
    #: what was read on them, in numbers
    reading: Reading


class DocumentRecognised(EventData):
    """All pages of a document were read; artefact "pages" holds a page record a line."""

    TYPE: ClassVar[str] = "chancery.document.recognised.v1"
    #: how many pages the document has
    pages: int


class TypeScore(Record):
    """A document type and its calibrated probability."""

    #: a document type of `schemas/documents/`
    type: str
    #: 0 to 1
    probability: float


class DocumentClassified(EventData):
    """The document's type is known, or known to be unknown."""

    TYPE: ClassVar[str] = "chancery.document.classified.v1"
    #: a document type of `schemas/documents/`, or "unknown"
    type: str
    #: calibrated probability of the best type, also when it was not enough
    confidence: float
    #: the best types, best first
    scores: tuple[TypeScore, ...] = ()


class DocumentExtracted(EventData):
    """Values were read; artefact "fields" holds them with their evidence (values stay out of this event)."""

    TYPE: ClassVar[str] = "chancery.document.extracted.v1"
    #: a document type of `schemas/documents/`, or "unknown"
    type: str
    #: version of the type's schema
    type_version: str
    #: calibrated probability of the type, 0 to 1
    type_confidence: float
    #: fields of the type
    fields_total: int
    #: how many of them were found
    fields_found: int


class Evidence(Record):
    """The proof of one value: where it stands on the page, and what stands there."""

    #: counted from 1; 0 when missing
    page: int
    #: x0, y0, x1, y1 in PDF points, origin top left, of each line that the value covers
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    #: the words on the page, joined by spaces
    text: str = ""
    #: how the value follows from the words: they are the value, or they are it written otherwise, or it was worked
    #: out from them; or there is no value
    verdict: Verdict
    #: 0 to 1
    confidence: float
    #: how the value was checked or why it is missing, such as "date_ambiguous"; from our own vocabulary
    note: str = ""


class Review(Record):
    """Who looked, when, and what changed."""

    #: who looked
    reviewer: str
    #: when
    at: datetime
    #: the field paths whose values were changed
    changed: tuple[str, ...] = ()
    #: a second person, who looked without knowing the first answer and gave the same; "" where nobody was asked
    confirmed_by: str = ""
    #: rules of the type that the values break, and that the reviewer says the document itself breaks
    accepted_rules: tuple[str, ...] = ()


class ResultReleased(EventData):
    """The end that everybody hopes for: a typed, evidenced record."""

    TYPE: ClassVar[str] = "chancery.result.released.v1"
    #: a document type of `schemas/documents/`
    type: str
    #: version of the type's schema
    type_version: str
    #: calibrated probability of the type, 0 to 1
    type_confidence: float
    #: lowest confidence of a released value and of the type
    confidence: float
    #: normalised values, valid against the type's schema
    fields: dict[str, Any]
    #: by field path, such as "party/0"
    evidence: dict[str, Evidence]
    #: who decided, where a person did
    review: Review | None = None
    #: id of the result event that this one replaces
    supersedes: str = ""


class FailedRule(Record):
    """A rule between fields that the values break."""

    #: as the type's file names it
    name: str
    #: the field paths that a person must look at
    paths: tuple[str, ...]


class ReviewRequested(EventData):
    """A person must decide; artefact "fields" holds what was read."""

    TYPE: ClassVar[str] = "chancery.review.requested.v1"
    #: a document type of `schemas/documents/`, or "unknown"
    type: str
    #: version of the type's schema; "" where the type is unknown
    type_version: str = ""
    #: calibrated probability of the type, 0 to 1
    type_confidence: float
    #: the first of the reasons: a review reason of `docs/reasons.md`
    reason: str
    #: every reason, with the field path it is about ("" = the whole document)
    reasons: tuple[tuple[str, str], ...]
    #: the rules behind the reason "rule_failed"
    failed_rules: tuple[FailedRule, ...] = ()


class ReviewDecided(EventData):
    """People decided about a document under review; artefact "decision" holds what they say (values stay out)."""

    TYPE: ClassVar[str] = "chancery.review.decided.v1"
    #: id of the event that asked for the review
    review: str
    #: the values as they are to be released, another document type, or that the document is to be set aside
    says: Literal["values", "type", "set_aside"]
    #: who decided
    by: str
    #: a second person who said the same without knowing it; "" where nobody was asked
    confirmed_by: str = ""
    #: when it was decided
    at: datetime
    #: a document type of `schemas/documents/`; of "set_aside" what it was taken for
    type: str
    #: version of the type's schema; "" where the type is unknown
    type_version: str = ""
    #: 1 where a person told or confirmed the type
    type_confidence: float


class DocumentHeld(EventData):
    """A reprocessing of a document came to its end, which is kept back until a person decides about the run."""

    TYPE: ClassVar[str] = "chancery.document.held.v1"
    #: what the end is: a result, or a request for review
    ends_as: Literal["result", "review"]
    #: a document type of `schemas/documents/`, or "unknown"
    type: str
    #: version of the type's schema; "" where the type is unknown
    type_version: str = ""
    #: calibrated probability of the type, 0 to 1
    type_confidence: float
    #: of a request for review: the first of its reasons; "" of a result
    reason: str = ""


class DocumentQuarantined(EventData):
    """The document is at fault and was set aside; the original stays under lock."""

    TYPE: ClassVar[str] = "chancery.document.quarantined.v1"
    #: a quarantine reason of `docs/reasons.md`
    reason: str
    #: the stage that set it aside
    stage: str
    #: counts, limits and names from our own vocabulary; never text of the document
    details: dict[str, str | int | float] = Field(default_factory=dict)


class Origin(Record):
    """The record on a topic that an event answers."""

    #: without the installation's prefix
    topic: str
    #: of the topic
    partition: int
    #: in the partition
    offset: int


class DeadLettered(Record):
    """We are at fault: a piece of work that failed for good, with what is needed to replay it."""

    TYPE: ClassVar[str] = "chancery.work.dead_lettered.v1"
    #: None when the record could not be read at all
    document: DocumentId | None = None
    #: the document that the key of such a record names: a hint, since whoever writes a record chooses its key; ""
    #: where it names none
    about: str = ""
    #: an error code of `docs/reasons.md`
    reason: str
    #: the stage that failed
    stage: str
    #: version of Chancery
    code_version: str
    #: which attempt was the last, counted from 1
    attempt: int
    #: the record that asked for the work
    origin: Origin
    #: sha256 of the record's value as it came
    payload_sha256: str
    #: the event that failed, as it came; references only, so it may be kept
    event: dict[str, Any] | None = None


class ActRecorded(Record):
    """A person did something that changes what Chancery does: the audit chain keeps who, what and why."""

    TYPE: ClassVar[str] = "chancery.act.recorded.v1"
    #: the document that it is about; None where it is about none
    document: DocumentId | None = None
    #: what was done, an act of `docs/audit.md`, such as "model_approved"
    act: str
    #: on what, such as "classifier@3"
    thing: str
    #: who, as they call themselves
    by: str
    #: the account of the machine that they worked with
    account: str
    #: "begun" stands before the act, "done" or "failed" behind it
    outcome: Literal["begun", "done", "failed"]
    #: why, in their words; "" where none is asked for
    reason: str = ""
    #: counts, names and digests from our own vocabulary; never text of a document
    details: dict[str, str | int] = Field(default_factory=dict)


class AccessRefused(Record):
    """A server refused somebody something: the audit chain keeps who tried what, counted over a minute or so."""

    TYPE: ClassVar[str] = "chancery.access.refused.v1"
    #: which server
    server: Literal["store", "kafka"]
    #: who signed in; "" where nobody did, "(others)" where there were too many to name
    principal: str
    #: what was asked for, in the server's words, such as "GetObject" or "READ"
    operation: str
    #: on what: a bucket, or "TOPIC:results.tax.receipt"; what a client chose is cut and cleaned
    thing: str
    #: whose it is, where the name tells; ""
    agency: str = ""
    #: "filtered": answered, less all that is not allowed; "unheard": refusals whose log is gone: nobody can tell
    #: them
    outcome: Literal["refused", "filtered", "unheard"]
    #: how often
    times: int
    #: the first of them, by the server's clock
    first: datetime
    #: the last of them
    last: datetime
    #: from where, the first few
    addresses: tuple[str, ...] = ()
    #: sha256 of the objects' names, the first few: a file's name may tell of a person
    objects: tuple[str, ...] = ()


class RunReported(Record):
    """A run of an operator's job ended, or is late: what a site's alerting listens to."""

    TYPE: ClassVar[str] = "chancery.run.reported.v1"
    #: the job, such as "reprocess"
    dag: str
    #: the run's name, unique in its job
    run: str
    #: "late": it has not ended by the time that its job allows; it may still end, and is reported again then
    outcome: Literal["succeeded", "failed", "late"]
    #: who asked for it; "" where nobody did, but a schedule
    by: str = ""
    #: when it began; None where that is not known
    started: datetime | None = None
    #: when it ended; None where it has not, or where that is not known
    ended: datetime | None = None
    #: why it ended so, in the scheduler's words, such as "task_failure"
    reason: str = ""
    #: counts of the job's own, such as documents; never text of a document
    counts: dict[str, int] = Field(default_factory=dict)


D = TypeVar("D", bound=Record)


class Event(Record, Generic[D]):
    """A CloudEvents 1.0 envelope. `id` is derived from what caused it, so a repeated attempt repeats the id."""

    #: version of CloudEvents
    specversion: Literal["1.0"] = "1.0"
    #: names this event for ever; a repeat of it carries the same id, so drop what you have seen
    id: str
    #: names the shape of the data; the number at its end counts breaking changes
    type: str
    #: "/chancery/<stage>"
    source: str
    #: the document's id, or ""
    subject: str = ""
    #: when it happened
    time: datetime
    #: media type of the data
    datacontenttype: Literal["application/json"] = "application/json"
    #: "chancery:events/<type>", the `$id` of this event's JSON Schema
    dataschema: str = ""
    #: extension: the agency, so that a consumer can route without opening the data
    agency: str = ""
    #: extension: the run
    runid: str = ""
    #: what happened
    data: D

    def __repr__(self) -> str:
        """Ids only: an event may carry values of a document."""
        return f"<Event {self.type} {self.id} document={self.subject}>"

    __str__ = __repr__


#: Every event that travels on a topic.
PUBLISHED: tuple[type[Record], ...] = (
    DocumentArrived,
    DocumentEnclosed,
    DocumentResubmitted,
    PagesRequested,
    PagesRecognised,
    DocumentRecognised,
    DocumentClassified,
    DocumentExtracted,
    ResultReleased,
    ReviewRequested,
    ReviewDecided,
    DocumentHeld,
    DocumentQuarantined,
    DeadLettered,
    ActRecorded,
    AccessRefused,
    RunReported,
)
