"""What notifications lose is found and ends, once; what they did not lose is left alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import count

import pytest
from minio.notificationconfig import NotificationConfig

from processors.adapters.minio_objects import MinioObjects
from processors.batch import reemission
from processors.batch.doors import Doors
from processors.batch.reconcile import Wishes, reconcile
from processors.batch.report import Report, Standstill
from processors.config import Settings
from processors.events import DocumentId, DocumentQuarantined, Event, Origin, Original
from processors.orchestration.doors import doors_of
from processors.pipeline import NOTIFICATIONS
from processors.places import Buckets, claim_key
from processors.record.ledger import Ledger
from processors.record.proofs import Proofs
from processors.runtime.claims import Claim
from processors.runtime.identity import document_id
from processors.runtime.notification import landed
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.unit.record import makers as m
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

#: Everything is old enough; the store's clock is read in whole seconds.
AT_ONCE = Wishes(grace=timedelta(0), patience=timedelta(0))
SECOND = 1.2
#: A whole day of announcements comes within milliseconds; a control waits this long in vain.
IN_VAIN = 3.0


@pytest.fixture
def doors(installation: Settings) -> Iterator[Doors]:
    with Ledger.open(installation.database) as ledger:
        yield doors_of(installation, ledger)


def silence(settings: Settings) -> None:
    """The inbox announces nothing any more."""
    bucket = Buckets(settings.prefix).inbox("alpha")
    MinioObjects(settings.s3).client.set_bucket_notification(bucket, NotificationConfig())


def compare(doors: Doors, wishes: Wishes = AT_ONCE) -> Report:
    return reconcile(doors, ["alpha"], wishes)


def announced(doors: Doors) -> list[str]:
    """The ids of the documents that stand on the topic and were not taken in, as often as they do."""
    return [
        document_id(one.bucket, one.key, one.version_id)
        for incoming in doors.topics.waiting("intake", [NOTIFICATIONS])
        for one in landed(incoming.value)
    ]


def until_recorded(doors: Doors, ids: list[str]) -> None:
    until(lambda: not doors.ledger.waiting(ids), "the ledger knows all ends", pause=0.2)


def test_what_no_rule_announced_ends_once_after_one_comparison_and_not_before(
    installation: Settings, doors: Doors
) -> None:
    silence(installation)
    with workers(installation), closing(Oracle(installation)) as oracle:
        ids = [upload(installation, f"letter {n}.pdf", text_pdf([f"Letter {n}"])) for n in range(3)]
        ids += [upload(installation, "line\nbreak +%2e.pdf", b""), upload(installation, "twice.pdf", b"")]
        ids += [upload(installation, "twice.pdf", b"%PDF-")]
        limit = time.monotonic() + IN_VAIN
        while time.monotonic() < limit:
            oracle.read()
        assert oracle.events == [], "the control: nothing of this was announced"

        found = compare(doors, Wishes(grace=timedelta(0), mend=True)).inboxes["alpha"]
        assert (found.seen, found.missing, found.re_emitted, found.mended) == (6, 6, 6, True)
        ids.append(upload(installation, "after.pdf", b""))  # the rule is back
        oracle.wait(ids, seconds=120)

        until_recorded(doors, ids)
        again = compare(doors)
        assert not again.found
        assert (again.inboxes["alpha"].known, again.inboxes["alpha"].re_emitted) == (7, 0)
        oracle.wait(ids)
        assert oracle.repeated() == {}


def test_of_a_thousand_versions_exactly_those_that_nobody_knows_are_announced(
    installation: Settings, doors: Doors
) -> None:
    silence(installation)
    missing = {"n 0700.pdf", "ü +%\n.pdf", "twice.pdf"}
    names = [f"n {number:04}.pdf" for number in range(1_050)] + ["ü +%\n.pdf"]
    with ThreadPoolExecutor(4) as pool:
        ids = dict(zip(names, pool.map(lambda name: upload(installation, name, b""), names), strict=True))
    ids["twice.pdf"] = upload(installation, "twice.pdf", b"")
    ids["twice.pdf, newer"] = upload(installation, "twice.pdf", b"")
    MinioObjects(installation.s3).delete(Buckets(installation.prefix).inbox("alpha"), "n 0001.pdf")
    doors.ledger.apply_many([known(document) for name, document in ids.items() if name not in missing])
    time.sleep(SECOND)

    first = compare(doors).inboxes["alpha"]
    assert (first.seen, first.delete_markers) == (1_053, 1)
    assert (first.known, first.missing, first.re_emitted) == (1_050, 3, 3)
    assert sorted(announced(doors)) == sorted(ids[name] for name in missing)

    second = compare(doors).inboxes["alpha"]
    assert (second.missing, second.re_emitted, second.announced) == (0, 0, 3)
    assert len(announced(doors)) == 3

    doors.ledger.apply_many([known(ids[name]) for name in missing])
    compare(doors)
    third = compare(doors).inboxes["alpha"]
    assert (third.proven, third.known) == (1_053, 0), "what was proven once is not asked for again"


def known(document: str) -> Event[DocumentQuarantined]:
    """What the ledger hears of a document that ended."""
    event = m.event(m.quarantine(), 0, part=document)
    data = event.data.model_copy(update={"document": event.data.document.model_copy(update={"id": document})})
    return event.model_copy(update={"data": data, "subject": document})


def flood(doors: Doors, settings: Settings, ids: dict[str, str]) -> None:
    """Announce every document twice more."""
    bucket = Buckets(settings.prefix).inbox("alpha")
    versions = [
        v for v in doors.inboxes.versions("alpha") if document_id(bucket, v.key, v.version_id) in ids.values()
    ]
    records = [reemission.announcement(bucket, version.key, version.version_id) for version in versions]
    assert len(records) == len(ids)
    reemission.write(doors.topics, [*records, *records])


def test_what_is_on_its_way_is_not_doubled_by_another_announcement(installation: Settings, doors: Doors) -> None:
    with workers(installation), closing(Oracle(installation)) as oracle:
        ids = {f"{n}.pdf": upload(installation, f"{n}.pdf", text_pdf([f"Letter {n}"])) for n in range(5)}
        flood(doors, installation, ids)
        while not set(ids.values()) <= set(oracle.ends):
            compare(doors)
            oracle.read()
        oracle.wait(list(ids.values()))
        assert oracle.repeated() == {}


def test_control_without_claims_another_announcement_doubles(installation: Settings, doors: Doors) -> None:
    command = (sys.executable, "-m", "tests.live.claimless_worker")
    with workers(installation, ("intake",), command=command), closing(Oracle(installation)) as oracle:
        ids = {f"{n}.pdf": upload(installation, f"{n}.pdf", b"") for n in range(3)}
        flood(doors, installation, ids)
        oracle.read_until(lambda: any(len(ends) > 1 for ends in oracle.ends.values()), "one has two ends")


def test_a_claim_of_another_kafka_is_taken_over_and_one_of_this_kafka_is_not(
    installation: Settings, doors: Doors
) -> None:
    silence(installation)
    ids = {name: upload(installation, f"{name}.pdf", b"") for name in ("other", "ours")}
    numbers = count()
    for name, document in ids.items():
        one = DocumentId(id=document, agency="alpha", original=Original(bucket="", key="", version_id="", size=0))
        cluster = "AnotherKafkaThatIsGone" if name == "other" else doors.topics.cluster
        claim = Claim.of(Origin(topic=NOTIFICATIONS, partition=0, offset=next(numbers)), cluster)
        doors.objects.put(doors.buckets.work, claim_key(one), claim.written, "text/plain")
    time.sleep(SECOND)
    with workers(installation, ("intake", "record")), closing(Oracle(installation)) as oracle:
        report = compare(doors)
        assert report.inboxes["alpha"].missing == 0
        assert {one.document: (one.why, one.resumed) for one in report.still} == {
            ids["other"]: (Standstill.TAKEN_OVER, True),
            ids["ours"]: (Standstill.LOST, False),
        }
        oracle.wait([ids["other"]])
        assert ids["ours"] not in oracle.ends
        until_recorded(doors, [ids["other"]])

        resumed = compare(doors, Wishes(grace=timedelta(0), patience=timedelta(0), resume=True))
        assert [(one.document, one.why, one.resumed) for one in resumed.still] == [
            (ids["ours"], Standstill.LOST, True)
        ]
        oracle.wait(list(ids.values()))
        assert oracle.repeated() == {}


def test_what_waits_before_a_stage_is_not_lost(installation: Settings, doors: Doors) -> None:
    with workers(installation, ("intake", "record")), closing(Oracle(installation)) as oracle:
        document = upload(installation, "letter.pdf", text_pdf(["Dear Sir"]))
        until(lambda: Proofs(doors.ledger.engine).known({document}), "the ledger knows the document", pause=0.2)
        time.sleep(SECOND)
        report = compare(doors, Wishes(grace=timedelta(0), patience=timedelta(0), resume=True))
        assert [(one.document, one.stage, one.why, one.resumed) for one in report.still] == [
            (document, "ocr", Standstill.IN_LINE, False)
        ]
        assert not report.found
        assert oracle.ends == {}
