"""What was decided becomes a labelled document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.batch.reviews.answers import Answer, Change
from processors.forge.datasets import gather_reviews
from processors.forge.samples import Sample
from processors.places import Buckets
from processors.record.standing import Filter, Standing
from processors.record.states import State
from processors.runtime.writing import Trigger, event_of
from processors.stage import Draft
from tests.unit.batch.reviews.office import Office, total
from tests.unit.runtime.shop import NOW


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def gathered(office: Office, work: Path) -> list[Sample]:
    ends = Standing(office.ledger.engine).ends(Filter(states=(State.RESULT,)))
    documents = []
    for end in ends:
        entry = office.ledger.entries([end.document], end.run)[end.document]
        documents.append(entry.document)
    events = gather_reviews.reviewed(office.shop.objects, Buckets(), documents)
    found = [gather_reviews.gather(office.shop.objects, event, work, "internal") for event in events]
    assert all(one is not None and one.pages.read_bytes() for one in found)
    return [one.sample for one in found if one is not None]


def test_a_correction_becomes_a_label(office: Office, tmp_path: Path) -> None:
    office.wait()
    document = office.wait("b")
    office.decide(document, total())
    office.work()
    (sample,) = gathered(office, tmp_path / "work")
    assert (sample.name, sample.type, sample.complete, sample.origin) == (
        f"review-{document}",
        "receipt",
        True,
        "review",
    )
    assert sample.labels["total"] == "60.30"
    assert sample.labels["date"] == "2018-10-19"


def test_an_absent_value_is_no_label_of_a_complete_document(office: Office, tmp_path: Path) -> None:
    changes = {"address": Change(absent=True), "total": Change(text="60.30")}
    office.decide(office.wait(), Answer(changes=changes))
    office.work()
    (sample,) = gathered(office, tmp_path / "work")
    assert "address" not in sample.labels


def test_a_told_type_is_a_label_of_its_own(office: Office, tmp_path: Path) -> None:
    document = office.wait(kind="unknown")
    office.decide(document, Answer(says="type", type="other"))
    office.work()
    (told,) = office.events("documents.classified")
    # Extract reads it as the type that was told; all values of `other` may be null.
    from processors.events import DocumentExtracted
    from tests.unit.batch.reviews.office import TYPES

    fields = office.fields(told.data.document, "other", {"title": None, "date": None})
    data = DocumentExtracted(
        document=told.data.document,
        type="other",
        type_version=TYPES["other"].version,
        type_confidence=told.data.confidence,
        fields_total=2,
        fields_found=0,
    )
    trigger = Trigger.of(told)
    office.shop.ask(event_of(Draft(data), trigger, told.data.provenance[-1], {"fields": fields}, NOW))
    office.work()
    (result,) = office.events("results.alpha.other")
    assert result.data.review is None, "nobody looked at the values"
    (sample,) = gathered(office, tmp_path / "work")
    assert (sample.type, sample.labels, sample.complete) == ("other", {}, False)
