"""An installation in memory in which documents have ended, and whose later stages work when they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from processors.batch.reprocess import manifest as manifests
from processors.batch.reprocess.manifest import Manifest, Wish
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.selection import Selection
from processors.events import (
    DocumentClassified,
    DocumentExtracted,
    DocumentId,
    Event,
    Evidence,
    Original,
    Ref,
    ResultReleased,
    Review,
    ReviewRequested,
    Step,
)
from processors.fields import Fields
from processors.places import artefact_key
from processors.runtime.codec import decode
from processors.runtime.ending import Ending
from processors.runtime.identity import document_id
from processors.runtime.writing import Trigger, event_of
from processors.stage import Artefact, Done, Draft, Work
from tests.unit.batch.world import World
from tests.unit.runtime.shop import NOW, Shop

LATER = NOW + timedelta(days=30)
#: A document in which this field is read is one about which a person is asked.
DOUBT = "doubt"
Reader = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


def proven(values: Mapping[str, Any], confidence: float = 0.9) -> dict[str, Evidence]:
    return {
        path: Evidence(
            page=1, boxes=((0.0, 0.0, 1.0, 1.0),), text=str(value), verdict="verbatim", confidence=confidence
        )
        for path, value in values.items()
    }


@dataclass
class Office(World):
    """Its reader says what an earlier one said, but for what `rereads` changes."""

    #: by document: what the old reader read
    read: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: what the new reader reads
    rereads: Reader = lambda _, values: values
    #: how sure the new reader is
    sure: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        shared = {"topics": self.shop.topics, "objects": self.shop.objects}
        self.extract = Shop("extract", self.home, self._extract, **shared)  # type: ignore[arg-type]
        self.publish = Shop("publish", self.home, _publish, **shared, result_topics=self.made)  # type: ignore[arg-type]

    def ended(
        self,
        name: str,
        values: Mapping[str, Any],
        *,
        agency: str = "alpha",
        kind: str = "receipt",
        at: datetime = NOW,
        review: Review | None = None,
        version: str = "v1",
        run: str = "live",
    ) -> str:
        """A document that ended in its first run: as a result, or as a review where there is a doubt; its id."""
        key = f"{name}.pdf"
        original = Original(bucket=f"inbox-{agency}", key=key, version_id=version, sha256="0" * 64, size=3, pages=2)
        document = document_id(f"inbox-{agency}", key, version)
        one = DocumentId(id=document, agency=agency, run_id=run, original=original)
        self.read[one.id] = values
        fields = Fields(
            type=kind, type_version="1", values=dict(values), evidence=proven(values), engine="reader 1"
        ).model_dump_json()
        artefacts = {
            "original": self._stored(one, "intake", "original", b"%PDF"),
            "pages": self._stored(one, "ocr", "pages.jsonl", b"{}"),
            "fields": self._stored(one, "extract", "fields.json", fields.encode()),
        }
        steps = tuple(Step(stage=stage, code_version="0") for stage in ("intake", "ocr", "classify"))
        signed = (*steps, Step(stage="extract", code_version="0", engine="reader 1", model_digest="a" * 64))
        trigger = Trigger(one, artefacts, signed, notes=("pixels_only", "missing_pack:ara"))
        draft = Draft(_end(one, kind, "1", values, proven(values)))
        end = event_of(draft, trigger, Step(stage="publish", code_version="0"), {}, at)
        if review is not None:
            end = end.model_copy(update={"data": end.data.model_copy(update={"review": review})})
        for record in Ending(self.doors).outgoing([end], f"work of {one.id} in {run}"):
            self.shop.topics.write(record.topic, record.value, record.key)
        self.record()
        return one.id

    def plan(self, name: str = "one", stage: Any = "extract", release: bool = True, **selection: Any) -> Manifest:
        wish = Wish(
            name=name, stage=stage, selection=Selection(**selection), release=release, by="Ada", reason="", at=LATER
        )
        return manifests.freeze(self.doors, wish)

    def work(self) -> None:
        """Let the stages work until nothing is left, and the ledger hear of it."""
        self.extract.run()
        self.publish.run()
        self.record()

    def record(self, at: datetime | None = None) -> None:
        """Results as well, whose topics the table does not name."""
        super().record(at)
        for topic in [name for name in self.shop.topics.records if name.startswith("results.")]:
            records = self.shop.records(topic)
            self.ledger.apply_many([decode(record.value) for record in records], at)
            self.shop.topics.committed["record", topic] = len(records)

    def results(self, agency: str = "alpha", kind: str = "receipt") -> list[Event[Any]]:
        """What the agency's consumers see."""
        return self.events(f"results.{agency}.{kind}")

    def _stored(self, document: DocumentId, stage: str, name: str, content: bytes) -> Ref:
        ref = self.objects.put("documents", artefact_key(document, stage, name), content, "application/json")
        assert ref is not None
        return ref

    def _extract(self, work: Work) -> Done:
        event: DocumentClassified = work.event.data
        assert work.inputs["pages"].read_bytes() == b"{}"
        values = dict(self.rereads(event.document.id, self.read[event.document.id]))
        fields = Fields(
            type=event.type,
            type_version="2",
            values=values,
            evidence=proven(values, self.sure),
            engine="reader 2",
            model_digest="b" * 64,
        )
        target = work.scratch / "fields.json"
        target.write_text(fields.model_dump_json())
        extracted = DocumentExtracted(
            document=event.document,
            type=event.type,
            type_version="2",
            type_confidence=event.confidence,
            fields_total=len(values),
            fields_found=len(values),
        )
        return Done(
            events=(Draft(extracted),),
            artefacts=(Artefact("fields.json", "fields", target, "application/json"),),
            engine="reader 2",
            model_digest="b" * 64,
        )


def _publish(work: Work) -> Done:
    fields = Fields.model_validate_json(work.inputs["fields"].read_bytes())
    end = _end(work.event.data.document, fields.type, fields.type_version, fields.values, fields.evidence)
    return Done(events=(Draft(end),))


def _end(
    document: DocumentId, kind: str, version: str, values: Mapping[str, Any], evidence: Mapping[str, Evidence]
) -> ResultReleased | ReviewRequested:
    typed: dict[str, Any] = {"document": document, "type": kind, "type_version": version, "type_confidence": 0.99}
    if DOUBT in values:
        return ReviewRequested(**typed, reason="confidence_low", reasons=(("confidence_low", DOUBT),))
    return ResultReleased(**typed, confidence=0.9, fields=dict(values), evidence=dict(evidence))


def unhurried() -> Pace:
    """A pace that never waits; a transaction takes three documents."""
    return Pace(3, clock=lambda: 0.0, sleep=lambda _: None)
