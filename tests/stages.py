"""A document through the real stages in this process, without a server: ocr, classify, extract, publish."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.advisers import LanguageModel
from processors.classify import stage as classify
from processors.config import SCHEMAS, Settings, load
from processors.events import (
    DocumentClassified,
    DocumentId,
    DocumentRecognised,
    Event,
    EventData,
    Original,
    PageRange,
    PagesRequested,
)
from processors.extract import stage as extract
from processors.fields import Fields
from processors.ocr import stage as ocr
from processors.pipeline import topic_of
from processors.publish import stage as publish
from processors.runtime.asking import answers
from processors.stage import Done, Stage, Work

AGENCY = "justice"


def types_with(folder: Path, document_type: str, readers: Sequence[str]) -> str:
    """A copy of the shipped types in which one is read by these readers."""
    shutil.copytree(SCHEMAS / "documents", folder)
    file = folder / f"{document_type}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"x-readers": list(readers)}), encoding="utf-8")
    return str(folder)


@dataclass(frozen=True)
class Outcome:
    """What became of a document."""

    classified: DocumentClassified
    fields: Fields
    end: EventData
    topic: str

    @property
    def values(self) -> Mapping[str, Any]:
        return self.fields.values


class Stages:
    """The stages as the settings want them, built once."""

    def __init__(self, settings: Settings | None = None, language: LanguageModel | None = None) -> None:
        chosen = settings or load({})
        self._ocr = ocr.build(chosen, outputs=False)
        self._classify, self._extract = classify.build(chosen), extract.build(chosen)
        self._publish, self._language = publish.build(chosen), language

    def run(
        self, folder: Path, content: bytes, media_type: str, untrusted_name: str, *, document_type: str = ""
    ) -> Outcome:
        """Send a one-page document through.

        Args:
            folder: empty, for files
            content: of the document
            media_type: of it
            untrusted_name: as the sender chose it
            document_type: read as this type whatever classify says; "" = as classify says
        """
        file = folder / "original"
        file.write_bytes(content)
        original = Original(
            bucket=f"inbox-{AGENCY}", key=untrusted_name, version_id="v", size=len(content), media_type=media_type,
            pages=1,
        )  # fmt: skip
        document = DocumentId(id="5f" * 16, agency=AGENCY, original=original)
        one = PageRange(first=1, last=1)
        asked = PagesRequested(document=document, range=one, ranges=(one,))
        pages = _of(self._ocr, folder / "ocr", asked, {"original": file}).artefacts[0].path
        recognised = DocumentRecognised(document=document, pages=1)
        (draft,) = _of(self._classify, folder / "classify", recognised, {"pages": pages}).events
        classified = draft.data
        assert isinstance(classified, DocumentClassified)
        chosen = classified.model_copy(update={"type": document_type or classified.type})
        done = _of(self._extract, folder / "extract", chosen, {"pages": pages})
        if done.questions:
            said = answers(done.questions, None, self._language, folder)
            done = _of(self._extract, folder / "again", chosen, {"pages": pages}, said)
        path = done.artefacts[0].path
        (end,) = _of(self._publish, folder / "publish", done.events[0].data, {"fields": path}).events
        fields = Fields.model_validate_json(path.read_bytes())
        return Outcome(classified, fields, end.data, topic_of(end.data))


def _of(
    stage: Stage,
    scratch: Path,
    data: EventData,
    inputs: Mapping[str, Path],
    said: Mapping[str, Path] | None = None,
) -> Done:
    scratch.mkdir()
    event = Event[EventData](id="1", type=data.TYPE, source="/chancery/test", time=datetime.now(UTC), data=data)
    outcome = stage.process(Work(event, dict(inputs), scratch, untrusted_answers=said or {}))
    assert isinstance(outcome, Done), outcome
    return outcome
