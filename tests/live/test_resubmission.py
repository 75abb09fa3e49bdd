"""A dead letter is replayed and a document released from quarantine: in one new run, with one end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from processors.adapters.minio_objects import MinioObjects
from processors.batch import resubmission
from processors.batch.doors import Doors
from processors.batch.reconcile import Wishes, reconcile
from processors.batch.replaying import Choice, Replayed, replay_all
from processors.batch.reprocess.pace import Pace
from processors.batch.resubmission import NotForPeopleError
from processors.config import Settings
from processors.events import Event
from processors.orchestration.doors import doors_of
from processors.ports import Outgoing
from processors.record.entry import Entry
from processors.record.facts import utc_now
from processors.record.ledger import Ledger
from processors.record.states import ENDS, State
from processors.runtime.codec import decode
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


class Acts(list[Outgoing]):
    def write(self, record: Outgoing) -> None:
        self.append(record)


@pytest.fixture
def doors(installation: Settings) -> Iterator[Doors]:
    with Ledger.open(installation.database) as ledger:
        yield doors_of(installation, ledger)


def until_ended(doors: Doors, document: str, run: str = "live") -> Entry:
    def ended() -> Entry | None:
        entry = doors.ledger.entries([document], run).get(document)
        return entry if entry is not None and entry.state in ENDS else None

    found = until(ended, f"the ledger knows an end of {document} in run {run}", pause=0.2)
    assert found is not None
    return found


def of_type(oracle: Oracle, kind: str) -> list[Event[Any]]:
    oracle.read_all()
    return [event for event in oracle.events if event.type == f"chancery.{kind}.v1"]


def test_a_dead_letter_is_replayed_once_however_often_it_is_asked_for(installation: Settings, doors: Doors) -> None:
    fail = installation.home / "FAIL"
    fail.touch()
    command = (sys.executable, "-m", "tests.live.failing_worker")
    with workers(installation, command=command), closing(Oracle(installation)) as oracle:
        document = upload(installation, "letter.pdf", text_pdf(["A letter", "Dear Sir or Madam"]))
        dead = until_ended(doors, document)
        assert (dead.state, dead.reason, dead.stage) == (State.DEAD_LETTER, "stage_failed", "intake")
        fail.unlink()

        first = resubmission.replay(doors, dead, "Ada", utc_now())
        second = resubmission.replay(doors, dead, "Ben", utc_now())
        assert (first.run, first.by) == (second.run, second.by)
        ended = until_ended(doors, document, first.run)
        assert ended.state is State.REVIEW  # nobody taught it letters of two lines
        assert resubmission.replay(doors, dead, "Cleo", utc_now()).known

        (review,) = of_type(oracle, "review.requested")
        assert (review.subject, review.runid) == (document, first.run)
        assert len(oracle.ends[document]) == 2, "the dead letter, and one end of the run after it"
        ids = [event.id for event in oracle.events if event.type != "chancery.document.resubmitted.v1"]
        assert len(ids) == len(set(ids))
        assert {event.data.by for event in of_type(oracle, "document.resubmitted")} == {"Ada"}
        report = reconcile(doors, ["alpha"], Wishes(grace=timedelta(0), patience=timedelta(0)))
        assert report.still == []


def test_a_release_sets_one_rule_aside_and_reads_the_original_that_is_kept(
    installation: Settings, doors: Doors
) -> None:
    with workers(installation, ("intake", "record")), closing(Oracle(installation)) as oracle:
        misnamed = upload(installation, "table.xml", text_pdf(["A letter that calls itself a table"]))
        empty = upload(installation, "empty.pdf", b"")
        oracle.wait([misnamed, empty])
        ended = until_ended(doors, misnamed)
        assert ended.reason == "type_mismatch"
        inbox, version = doors.buckets.inbox("alpha"), ended.original.version_id
        MinioObjects(installation.s3).client.remove_object(inbox, "table.xml", version_id=version)
        assert doors.objects.info(inbox, "table.xml", version) is None

        released = resubmission.release(doors, ended, "Ada", utc_now())
        resubmission.release(doors, ended, "Ada", utc_now())
        (one,) = until(lambda: of_type(oracle, "document.arrived"), "what was released arrives")
        assert (one.subject, one.runid) == (misnamed, released.run)
        assert one.data.notes == ("waived:type_mismatch",)
        assert one.data.document.continues == "live"

        with pytest.raises(NotForPeopleError, match="cannot be set aside"):
            resubmission.release(doors, until_ended(doors, empty), "Ada", utc_now())
        time.sleep(1.5)
        assert len(of_type(oracle, "document.arrived")) == 1


def test_dead_letters_are_replayed_in_bulk_once_each_also_by_two_at_a_time(
    installation: Settings, doors: Doors
) -> None:
    fail = installation.home / "FAIL"
    fail.touch()
    acts = Acts()
    command = (sys.executable, "-m", "tests.live.failing_worker")
    with workers(installation, command=command), closing(Oracle(installation)) as oracle:
        documents = [upload(installation, f"{n}.pdf", text_pdf([f"Letter {n}"])) for n in range(4)]
        dead = [until_ended(doors, document) for document in documents]
        assert {one.state for one in dead} == {State.DEAD_LETTER}
        fail.unlink()

        def replay(choice: Choice) -> Replayed:
            return replay_all(doors, acts, choice, "Ada", Pace(100))

        # As two schedulers would, one of which takes the other for dead.
        with ThreadPoolExecutor(2) as both:
            done = list(both.map(replay, [Choice(reasons=("stage_failed",), stages=("intake",))] * 2))
        # Who comes second finds a run that the ledger knows already, or asks for the same run once more.
        assert max(one.documents for one in done) == 4
        runs = [until_ended(doors, one.id, resubmission.run_of(one.end_event)) for one in dead]
        assert {one.state for one in runs} <= {State.REVIEW, State.QUARANTINED}
        assert replay(Choice()) == Replayed(0, 0, 0)
        oracle.read_all()
        assert {document: len(oracle.ends[document]) for document in documents} == dict.fromkeys(documents, 2)
        assert {decode(one.value).data.outcome for one in acts} == {"begun", "done"}
