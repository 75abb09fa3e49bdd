"""Who takes a document in, on one Kafka and on the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.events import Origin
from processors.pipeline import NOTIFICATIONS, QUARANTINE
from processors.places import claim_key, ended_key
from processors.ports import Incoming
from processors.runtime.claims import Claim, Claims
from tests.unit.runtime.makers import DOCUMENT, accept
from tests.unit.runtime.shop import Shop


def origin(offset: int) -> Origin:
    return Origin(topic=NOTIFICATIONS, partition=0, offset=offset)


@pytest.fixture
def objects() -> MemoryObjects:
    return MemoryObjects()


@pytest.mark.parametrize("cluster", ["", "MkU3OEVBNTcwNTJENDM2Qg"])
def test_a_claim_reads_as_it_was_written(cluster: str) -> None:
    claim = Claim.of(origin(7), cluster)
    assert Claim.read(claim.written) == claim


def test_the_first_record_takes_the_document_and_takes_it_again(objects: MemoryObjects) -> None:
    claims = Claims(objects, "work", "one")
    assert claims.take(DOCUMENT, origin(1))
    assert not claims.take(DOCUMENT, origin(2))
    assert claims.take(DOCUMENT, origin(1)), "delivered again after a crash"


def test_a_claim_that_names_no_kafka_counts_as_ours(objects: MemoryObjects) -> None:
    objects.put("work", claim_key(DOCUMENT), b"intake.notifications/0/1", "text/plain")
    claims = Claims(objects, "work", "one")
    assert claims.take(DOCUMENT, origin(1))
    assert not claims.take(DOCUMENT, origin(2))


def test_the_first_record_of_another_kafka_takes_over_also_at_the_same_offset(objects: MemoryObjects) -> None:
    assert Claims(objects, "work", "one").take(DOCUMENT, origin(1))
    later = Claims(objects, "work", "two")
    assert later.take(DOCUMENT, origin(1))
    assert not later.take(DOCUMENT, origin(2))
    found = later.find(DOCUMENT)
    assert found is not None
    assert not found.is_of_another("two")
    assert found.is_of_another("three")


def test_what_has_ended_is_not_taken_over(objects: MemoryObjects) -> None:
    Claims(objects, "work", "one").take(DOCUMENT, origin(1))
    objects.put("work", ended_key(DOCUMENT), b"{}", "application/json")
    assert not Claims(objects, "work", "two").take(DOCUMENT, origin(1))


def test_what_was_released_is_taken_by_the_next(objects: MemoryObjects) -> None:
    claims = Claims(objects, "work", "one")
    claims.take(DOCUMENT, origin(1))
    claims.release(DOCUMENT)
    assert claims.find(DOCUMENT) is None
    assert claims.take(DOCUMENT, origin(2))


def test_who_took_over_and_died_after_it_claimed_the_end_says_the_end(tmp_path: Path) -> None:
    shop = Shop("intake", tmp_path, accept)
    shop.cluster = "one"
    announcement = shop.land(b"x", "a.pdf")
    shop.killed_at("counted")
    shop.objects.delete("inbox-alpha", "a.pdf")  # so that it ends at the door

    shop.cluster = "two"
    incoming = Incoming(origin(0), b"", announcement)
    first = shop.answerer().answer(incoming)
    assert [record.topic for record in first] == [QUARANTINE]
    # The commit never came: the same record again, in a new process.
    assert shop.answerer().answer(incoming) == first
    assert shop.answerer().answer(Incoming(origin(1), b"", announcement)) == ()
