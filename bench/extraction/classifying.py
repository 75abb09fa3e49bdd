"""The classify stage on the folder's documents: kinds that it knows, and kinds that it does not."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.extraction import recognised
from processors.classify.head import UNKNOWN
from processors.classify.stage import build
from processors.config import Settings
from processors.events import DocumentClassified, DocumentId, DocumentRecognised, Event, Original
from processors.forge.classifier.dataset import Example, TypeMap, read_documents
from processors.forge.evaluation.reading import Case
from processors.stage import Done, Stage, Work

#: the classifier looks at no more
PAGES = 2


@dataclass(frozen=True)
class Told:
    """What the stage said of a document."""

    name: str
    #: its label's type; the rest class of the type map for kinds that are none of ours
    type: str
    said: str
    confidence: float
    #: a kind that has a type of its own and labels
    known: bool


@dataclass(frozen=True)
class Classified:
    """All documents, and the time for one."""

    told: tuple[Told, ...]
    cpu: float

    @property
    def known(self) -> list[bool]:
        """Whether each document of a known kind got its type; "unknown" is wrong."""
        return [one.said == one.type for one in self.told if one.known]

    @property
    def unknown(self) -> list[bool]:
        """Whether each document of a foreign kind went to "unknown", or to the class of the rest."""
        return [one.said in (UNKNOWN, one.type) for one in self.told if not one.known]


def foreign(folder: Path, types: TypeMap, labelled: frozenset[str]) -> list[Example]:
    """Files of kinds that are none of ours."""
    return [
        one
        for one in read_documents(folder)
        if one.path and one.path.is_file() and types.type_of(one.label) == types.rest and one.sha256 not in labelled
    ]


def classify(
    cases: Sequence[Case],
    others: Sequence[Example],
    settings: Settings,
    cache: Path,
    rest: str,
    say: Callable[[str], None],
) -> Classified:
    """Classify every document from its page records; those that recognition refuses are left out."""
    recognised.read_files([(one, min(one.pages, PAGES)) for one in others], cache, say)
    stage = build(settings)
    told = []
    before = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        for number, case in enumerate(cases):
            say(f"classifying, document {number + 1} of {len(cases)}")
            verdict = _verdict(stage, case.pages, case.sample.name, Path(scratch))
            told.append(Told(case.sample.name, case.sample.type, verdict.type, verdict.confidence, known=True))
        for one in others:
            place = Path(scratch) / "pages.jsonl"
            place.write_text(recognised.kept(one.sha256, PAGES, cache), encoding="utf-8")
            if place.stat().st_size:
                verdict = _verdict(stage, place, one.document, Path(scratch))
                told.append(Told(one.document, rest, verdict.type, verdict.confidence, known=False))
    return Classified(tuple(told), (time.process_time() - before) / max(len(told), 1))


def says(report: Path) -> dict[str, float]:
    """What a classifier's training found by cross-validation, where that was written down.

    The shipped one may know the documents that it is tried on here.
    """
    if not report.is_file():
        return {}
    content = json.loads(report.read_text(encoding="utf-8"))
    figures = {
        "new documents": content.get("new_documents", {}).get("accuracy_of_verdict"),
        "new kinds not wrongly typed": content.get("new_kinds_of_rest", {}).get("not_wrongly_typed"),
    }
    return {name: value for name, value in figures.items() if isinstance(value, float)}


def _verdict(stage: Stage, pages: Path, name: str, scratch: Path) -> DocumentClassified:
    original = Original(bucket="bench", key=name, version_id="1", size=0, pages=1)
    recognised_event = DocumentRecognised(
        document=DocumentId(id="0" * 64, agency="bench", original=original), pages=1
    )
    epoch = datetime.fromtimestamp(0, tz=UTC)  # never published
    event: Event[Any] = Event(
        id="0", type=recognised_event.TYPE, source="/chancery/bench", time=epoch, data=recognised_event
    )
    outcome = stage.process(Work(event, {"pages": pages}, scratch))
    assert isinstance(outcome, Done)
    classified = outcome.events[0].data
    assert isinstance(classified, DocumentClassified)
    return classified
