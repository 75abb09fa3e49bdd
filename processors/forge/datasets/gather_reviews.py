"""What reviewers decided, as labels: released results whose `review` names who looked, and types that people told.

A reviewed result holds every value of the document as a person left it, so a field without a value is not in the
document. What was changed is a label; what was left alone is one too, since somebody saw it. Where a person told
the type and the values were then released unseen, the type alone is a label, for the classifier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from processors.decisions import TYPE_TOLD
from processors.events import DocumentId, Event, ResultReleased
from processors.forge.datasets.dataset_store import Gathered
from processors.forge.samples import Sample
from processors.places import Buckets, end_key
from processors.ports import Objects


def reviewed(
    objects: Objects, buckets: Buckets, documents: Iterable[DocumentId]
) -> Iterator[Event[ResultReleased]]:
    """The results among these documents' ends that a person decided, or whose type a person told."""
    for document in documents:
        found = objects.info(buckets.documents, end_key(document, "result"))
        if found is None:
            continue
        try:
            event = Event[ResultReleased].model_validate_json(objects.read(found.ref))
        except ValidationError:
            continue  # of a version that this one cannot read; nothing is learned from it
        if event.data.review is not None or TYPE_TOLD in event.data.notes:
            yield event


def gather(objects: Objects, event: Event[ResultReleased], work: Path, licence: str) -> Gathered | None:
    """A reviewed document with the page records on which its values were read; None where these are gone."""
    result, ref = event.data, event.data.artefacts.get("pages")
    if ref is None or objects.info(ref.bucket, ref.key, ref.version_id) is None:
        return None
    work.mkdir(parents=True, exist_ok=True)
    pages = work / f"{result.document.id}-{result.document.run_id}.jsonl"
    objects.fetch(ref, pages)
    sample = Sample(
        name=f"review-{result.document.id}",
        type=result.type,
        split="train",  # until `splits.assigned` tells
        labels=_labels(result) if result.review is not None else {},
        # Of a told type nobody looked at the values.
        complete=result.review is not None,
        origin="review",
        sha256=result.document.original.sha256,
        licence=licence,
    )
    return Gathered(sample, pages)


def _labels(result: ResultReleased) -> dict[str, Any]:
    return {path: label for path, value in result.fields.items() if (label := _label(value)) is not None}


def _label(value: Any) -> Any:
    """Normalised values are texts and numbers; a label is a text, or a list of them."""
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return [_label(one) for one in value]
    if isinstance(value, dict):
        return {name: label for name, one in value.items() if (label := _label(one)) is not None}
    return str(value)
