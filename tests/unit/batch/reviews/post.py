"""An office whose post comes in piles: a file of several pages waits, and the real intake cuts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processors.config import STANDARD, Limits
from processors.events import DocumentExtracted, DocumentId, Event, Original, Ref, Step
from processors.intake.stage import Intake
from processors.places import artefact_key
from processors.runtime.identity import document_id
from processors.runtime.writing import Trigger, event_of
from processors.stage import Draft
from tests.documents import text_pdf
from tests.unit.batch.reviews.office import HOUR, TYPES, VALUES, Office, page
from tests.unit.runtime.shop import NOW, Shop


@dataclass
class Post(Office):
    """See the module; intake works when `cut` is called."""

    home: Path
    limits: Limits = STANDARD

    def __post_init__(self) -> None:
        super().__post_init__()
        does = Intake(self.limits).process
        self.intake = Shop("intake", self.home, does, self.shop.topics, self.shop.objects, self.limits)

    def packet(
        self,
        pages: int = 4,
        kind: str = "receipt",
        content: bytes | None = None,
        rendition: bytes | None = None,
        **more: Any,
    ) -> str:
        """A file that was taken for this kind, or "unknown", and waits for a person; its id."""
        content = text_pdf(["One of several"], pages) if content is None else content
        upload = self.shop.objects.put("inbox-alpha", "in/post.pdf", content, "application/pdf")
        assert upload is not None
        original = Original(
            bucket=upload.bucket,
            key=upload.key,
            version_id=upload.version_id,
            sha256=upload.sha256,
            size=upload.size,
            media_type="application/pdf",
            pages=pages,
        )
        name = document_id(upload.bucket, upload.key, upload.version_id)
        document = DocumentId(id=name, agency="alpha", original=original).model_copy(update=more)
        artefacts = {
            "original": self._put(document, "intake", "original", content),
            "pages": self._put(document, "ocr", "pages.jsonl", page().to_json().encode()),
            "fields": self.fields(document, kind, VALUES if kind in TYPES else {}),
        }
        if rendition is not None:
            artefacts["rendition"] = self._put(document, "intake", "rendition.pdf", rendition, "application/pdf")
        data = DocumentExtracted(
            document=document,
            type=kind,
            type_version=TYPES[kind].version if kind in TYPES else "",
            type_confidence=0.95,
            fields_total=4,
            fields_found=3,
        )
        trigger = Trigger(document, artefacts, (Step(stage="intake", code_version="0"),))
        self.shop.ask(event_of(Draft(data), trigger, Step(stage="extract", code_version="0"), {}, NOW - HOUR))
        self.work()
        return document.id

    def cut(self) -> None:
        """Intake does what there is to do, and the ledger hears of it."""
        self.intake.run()
        self.work()

    @property
    def parts(self) -> list[Event[Any]]:
        """The arrivals of what is no upload, in order."""
        return [one for one in self.events("documents.arrived") if one.data.document.parent]

    def _put(self, document: DocumentId, stage: str, name: str, content: bytes, kind: str = "x/y") -> Ref:
        ref = self.shop.objects.put("documents", artefact_key(document, stage, name), content, kind)
        assert ref is not None
        return ref
