"""An office in memory where a receipt waits for a person, with the real publish stage behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from processors import document_types
from processors.adapters.memory_whole import MemoryCursors, MemoryInboxes, MemoryWhole
from processors.batch.doors import Doors
from processors.batch.reviews.answers import Answer, Change
from processors.batch.reviews.cases import Case, open_case
from processors.batch.reviews.deciding import Decided, decide
from processors.config import SCHEMAS
from processors.document_types.paths import walk
from processors.events import DocumentExtracted, DocumentId, Event, Evidence, Original, Ref, Step
from processors.fields import Fields
from processors.pages import Page, Word
from processors.pipeline import NOTIFICATIONS, TOPICS
from processors.places import Buckets, artefact_key
from processors.publish.stage import Publish
from processors.record.facts import utc_now
from processors.record.ledger import Ledger
from processors.runtime.codec import decode
from processors.runtime.writing import Trigger, event_of
from processors.stage import Draft
from tests.unit.runtime.shop import NOW, Shop

HOUR = timedelta(hours=1)
TYPES = document_types.load(SCHEMAS / "documents")
#: what stands on the page, a line each; the machine misread the total
PRINTED = ("INDAH GIFT", "Date: 19/10/2018", "27, JALAN DEDAP 13", "Total: 6O.30")
VALUES: dict[str, Any] = {
    "company": "INDAH GIFT",
    "date": "2018-10-19",
    "address": "27, JALAN DEDAP 13",
    "total": None,
}


def page() -> Page:
    """The page that waits."""
    words, line_number = [], 0
    for line_number, line in enumerate(PRINTED):
        for place, text in enumerate(line.split()):
            box = (50.0 + 80 * place, 50.0 + 30 * line_number, 120.0 + 80 * place, 62.0 + 30 * line_number)
            words.append(Word(text, box, 0.9, line_number, 0))
    return Page(1, 400.0, 300.0, 1.0, "ocr", "pen 1", "eng", tuple(words))


def word(text: str) -> int:
    """The number of the word that begins so."""
    return next(number for number, one in enumerate(page().words) if one.text.startswith(text))


@dataclass
class Office:
    """One agency, "alpha"; publish works when it is called."""

    home: Path

    def __post_init__(self) -> None:
        self.shop = Shop("publish", self.home, Publish(TYPES).process)
        self.ledger = Ledger.open(f"sqlite:///{self.home}/ledger.sqlite")
        self.doors = Doors(
            self.shop.objects,
            MemoryInboxes(self.shop.objects),
            MemoryWhole(self.shop.topics, cluster=""),
            self.ledger,
            Buckets(),
            lambda _: None,
            MemoryCursors(self.shop.topics),
        )

    def wait(self, name: str = "a", kind: str = "receipt", values: dict[str, Any] | None = None) -> str:
        """Let a document wait for a person; its id."""
        document = DocumentId(
            id=(name * 32)[:32],
            agency="alpha",
            original=Original(bucket="inbox-alpha", key=f"{name}.pdf", version_id="v1", size=3, pages=1),
        )
        known = kind in TYPES
        read = (VALUES if values is None else values) if known else {}
        artefacts = {
            "pages": self._stored(document, "ocr", "pages.jsonl", page().to_json().encode()),
            "fields": self.fields(document, kind if known else "unknown", read),
        }
        data = DocumentExtracted(
            document=document,
            type=kind if known else "unknown",
            type_version=TYPES[kind].version if known else "",
            type_confidence=0.95,
            fields_total=4,
            fields_found=3,
        )
        steps = tuple(Step(stage=stage, code_version="0") for stage in ("intake", "ocr", "classify"))
        trigger = Trigger(document, artefacts, steps)
        self.shop.ask(event_of(Draft(data), trigger, Step(stage="extract", code_version="0"), {}, NOW - HOUR))
        self.work()
        return document.id

    def fields(self, document: DocumentId, kind: str, values: dict[str, Any]) -> Ref:
        """The artefact of extract."""
        version = TYPES[kind].version if kind in TYPES else ""
        read = Fields(type=kind, type_version=version, values=values, evidence=_evidence(values), engine="test")
        return self._stored(document, "extract", "fields.json", read.model_dump_json().encode())

    def work(self) -> None:
        """Publish does what there is to do, and the ledger hears of it."""
        self.shop.run()
        for topic in [one.name for one in TOPICS if one.name != NOTIFICATIONS and "<" not in one.name]:
            self._record(topic)
        for topic in [name for name in self.shop.topics.records if name.startswith("results.")]:
            self._record(topic)

    def case(self, document: str) -> Case:
        return open_case(self.doors, TYPES, document)

    def decide(self, document: str, answer: Answer, by: str = "Ada", share: float = 0.0) -> Decided:
        case = self.case(document)
        return decide(self.doors, TYPES, case, answer, by=by, now=utc_now(), share=share)

    def events(self, topic: str) -> list[Event[Any]]:
        return self.shop.events(topic)

    def results(self) -> list[Event[Any]]:
        return self.events("results.alpha.receipt")

    def close(self) -> None:
        self.ledger.close()

    def _record(self, topic: str) -> None:
        self.ledger.apply_many([decode(record.value) for record in self.shop.records(topic)])

    def _stored(self, document: DocumentId, stage: str, name: str, content: bytes) -> Ref:
        ref = self.shop.objects.put("documents", artefact_key(document, stage, name), content, "application/json")
        assert ref is not None
        return ref


def total(text: str = "60.30") -> Answer:
    """The total as a person reads it."""
    return Answer(changes={"total": Change(text=text, page=1, words=(word("6O"),))})


def _evidence(values: dict[str, Any]) -> dict[str, Evidence]:
    """As if every value stood in the first line; a date was printed as the page has it."""
    found = dict(walk(values))
    absent = {path: _MISSING for path, value in values.items() if value is None}
    return absent | {
        path: Evidence(
            page=1,
            boxes=((50.0, 50.0, 120.0, 62.0),),
            text="19/10/2018" if value == VALUES["date"] else str(value),
            verdict="normalised" if value == VALUES["date"] else "verbatim",
            confidence=0.8,
        )
        for path, value in found.items()
    }


_MISSING = Evidence(page=0, verdict="missing", confidence=0.0, note="not_on_page")
