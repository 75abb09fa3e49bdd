"""Extract: the values of the document's type, each proven by words on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from processors import document_types
from processors.config import Settings
from processors.document_types import DocumentType
from processors.document_types.paths import is_empty
from processors.events import DocumentClassified, DocumentExtracted
from processors.extract import asking, extractor
from processors.extract.asking import LanguageModels
from processors.extract.extractor import Extractor
from processors.fields import Fields
from processors.pages import read_pages
from processors.stage import Artefact, Done, Draft, Outcome, Stage, Work


@dataclass(frozen=True)
class Extract:
    """The stage, around the readers."""

    types: Mapping[str, DocumentType]
    extractor: Extractor
    models: LanguageModels = field(default_factory=LanguageModels)

    def process(self, work: Work) -> Outcome:
        """Read the fields; a document of no known type goes on without values, for a person to decide."""
        event: DocumentClassified = work.event.data
        document_type = self.types.get(event.type)
        if document_type is None:
            return _done(work, Fields(type="unknown", type_version="", values={}, evidence={}, engine="none"))
        pages = list(islice(read_pages(work.inputs["pages"]), _pages_read(document_type)))
        said = self.models.read(work, pages, document_type)
        if said.prompts:
            return Done(questions=said.prompts)
        fields = self.extractor.read(pages, document_type, said.proposals)
        if said.engines:
            engine = ", ".join((fields.engine, *said.engines))
            fields = fields.model_copy(
                update={
                    "engine": engine,
                    "model_digest": fields.model_digest or said.digest,
                    "unfinished": said.unfinished,
                }
            )
        return _done(work, fields)


def _done(work: Work, fields: Fields) -> Done:
    """The fields as an artefact, and what they are in an event."""
    event: DocumentClassified = work.event.data
    target = work.scratch / "fields.json"
    target.write_text(fields.model_dump_json(), encoding="utf-8")
    extracted = DocumentExtracted(
        document=event.document,
        type=fields.type,
        type_version=fields.type_version,
        type_confidence=event.confidence,
        fields_total=len(fields.values),
        fields_found=sum(not is_empty(value) for value in fields.values.values()),
    )
    return Done(
        events=(Draft(extracted),),
        artefacts=(Artefact("fields.json", "fields", target, "application/json"),),
        engine=fields.engine,
        model_digest=fields.model_digest,
    )


def _pages_read(document_type: DocumentType) -> int | None:
    """How many pages may hold a value of the type; None = all. A long document is not read for its first page."""
    last = [rule.last_page for _, rule in document_type.leaves()]
    return max(last, default=0) if all(last) else None


def build(settings: Settings) -> Stage:
    """The stage as the settings want it; reads the type files once."""
    types = document_types.load(settings.document_types)
    return Extract(types, extractor.build(settings.models, settings.encoder_weights), asking.build(settings, types))
