"""The stages of `pipeline.py` with what their work costs: seconds a document, a page and a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.capacity.costs import Costs
from bench.capacity.load import Load, LoadInvalid
from processors.intake.ranges import SCANNED_PAGES, split
from processors.pipeline import LONG_DOCUMENTS, STAGES, TOPICS, StageName, reprocessing_lane

#: As `pipeline.py` has them.
PARTITIONS: Mapping[str, int] = {topic.name: topic.partitions for topic in TOPICS}
#: Where live documents come to each stage; files in files, and what people ask for, are left out.
_LIVE: Mapping[StageName, str] = {row.name: row.reads[0] for row in STAGES}


@dataclass(frozen=True)
class Costed:
    """A stage, and the wall seconds of a worker that it takes."""

    name: StageName
    #: what it reads, the most urgent first: live, long documents' page ranges (ocr alone), reprocessing
    topics: tuple[str, ...]
    batch: int
    #: seconds of work by document and by page, with a core for itself
    document: float
    scanned_page: float
    text_page: float
    #: seconds that each turn takes beside its work: poll, objects, commit
    turn: float
    #: CPU seconds of one document of the load
    cpu: float
    #: MiB
    memory: float
    #: seconds until a new worker reads
    start: float

    @property
    def live(self) -> str:
        """The topic of live documents."""
        return self.topics[0]

    def seconds(self, scanned: float, written: float) -> float:
        """Of work on one record of so many scanned pages and pages with text, the turn not in it."""
        return self.document + self.scanned_page * scanned + self.text_page * written

    def busy(self, load: Load) -> float:
        """Seconds of a worker that one document of the load takes, with full batches."""
        pages = load.pages_per_document
        scanned = load.scanned_share * pages
        turns = ranges_of(load) if self.name == "ocr" else 1.0 / self.batch
        return self.seconds(scanned, pages - scanned) + turns * self.turn


def costed(costs: Costs, load: Load) -> tuple[Costed, ...]:
    """The stages in their order.

    Args:
        costs: what was measured
        load: for the language model that it may have, which extract waits for
    """
    pages, scanned = load.pages_per_document, load.scanned_share * load.pages_per_document
    found = []
    for row in STAGES:
        document, scanned_page, text_page = {
            "intake": (costs.of("intake_document"), 0.0, 0.0),
            "ocr": (0.0, costs.of("ocr_scanned_page"), costs.of("ocr_text_page")),
            "classify": (costs.of("classify_document"), 0.0, 0.0),
            "extract": (0.0, costs.of("extract_page"), costs.of("extract_page")),
            "publish": (costs.of("publish_document"), 0.0, 0.0),
        }[row.name]
        waits = load.model.answer_seconds * load.model.share if load.model and row.name == "extract" else 0.0
        found.append(
            Costed(
                name=row.name,
                topics=_topics(row.name),
                batch=row.batch,
                document=document + waits,
                scanned_page=scanned_page,
                text_page=text_page,
                turn=costs.of(f"{row.name}_turn"),
                cpu=document + scanned_page * scanned + text_page * (pages - scanned),
                memory=costs.of(f"{row.name}_memory"),
                start=costs.of("ocr_start" if row.name == "ocr" else "stage_start"),
            )
        )
    return tuple(found)


def ranges_of(load: Load) -> float:
    """Page ranges of one document of the load: a scan's are short, and one that carries its text is one range."""
    whole = int(load.pages_per_document)
    scans = len(split(whole)) if whole else 1
    if whole % SCANNED_PAGES == 0:
        scans += load.pages_per_document > whole
    return load.scanned_share * scans + (1.0 - load.scanned_share) * len(split(max(whole, 1), written=True))


def partitions_of(changes: Mapping[str, int]) -> dict[str, int]:
    """The partitions of every topic, with these changes.

    Raises:
        LoadInvalid: there is no such topic, or fewer than one partition.
    """
    for topic, count in changes.items():
        if topic not in PARTITIONS:
            raise LoadInvalid(f"--partitions {topic}: there is no such topic. Topics: {', '.join(PARTITIONS)}.")
        if count < 1:
            raise LoadInvalid(f"--partitions {topic}={count}: a topic has at least one.")
    return {**PARTITIONS, **changes}


def _topics(name: StageName) -> tuple[str, ...]:
    live = _LIVE[name]
    if name == "intake":
        return (live,)
    return (live, *([LONG_DOCUMENTS] if name == "ocr" else []), reprocessing_lane(live))
