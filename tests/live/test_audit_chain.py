"""The audit chain on a real Kafka and a real MinIO: whole, once each, locked, and telling of every change."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from minio.error import S3Error

from processors.acts import Act
from processors.adapters.audit_bucket import AuditBucket
from processors.adapters.kafka_admin import committed
from processors.adapters.kafka_partitions import KafkaPartitions
from processors.adapters.kafka_writer import KafkaWriter
from processors.adapters.minio_objects import MinioObjects
from processors.audit import keys
from processors.audit.behind import behind
from processors.audit.exporting import export
from processors.audit.findings import Fault
from processors.audit.folder import Folder
from processors.audit.record import parse
from processors.audit.verifying import Report, verify
from processors.config import Settings
from processors.pipeline import ACTS
from processors.places import Buckets
from processors.ports import Outgoing
from processors.runtime import auditing
from processors.runtime.acting import acting
from processors.runtime.audit_worker import GROUP
from tests.documents import text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.reading import to_the_end
from tests.live.workers import Workers, environment, workers
from tests.unit.commands.conftest import chancery
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


def records(settings: Settings) -> list[dict[str, Any]]:
    """Every record of the installation's chain but the seals."""
    bucket = AuditBucket(settings)
    lines = (line for stored in bucket.stored("chains/0/") for line in bucket.lines(stored))
    return [dict(body) for line in lines if (body := parse(line).body)["kind"] != "seal"]


def checked(settings: Settings) -> Report:
    return verify(AuditBucket(settings), [keys.load(settings.audit.key).public_key()])


def is_signed(settings: Settings) -> bool:
    """Whether a head signs the last record."""
    report = checked(settings)
    return report.newest is not None and report.newest.chains["0"][0] == report.chains["0"]


def on_topics(settings: Settings) -> Counter[tuple[str, int, int]]:
    """Where every committed record lies, the last word of Kafka."""
    reader = KafkaPartitions(
        settings.kafka,
        auditing.pattern(),
        group="judge",
        prefix=settings.prefix,
        mine=lambda *_: True,
        positions={},
    )
    with closing(reader):
        origins = (one.origin for one in to_the_end(reader))
        return Counter((origin.topic, origin.partition, origin.offset) for origin in origins)


def in_chain(settings: Settings) -> Counter[tuple[str, int, int]]:
    return Counter((one["topic"], one["partition"], one["offset"]) for one in records(settings))


def until_dead(group: Workers, times: int) -> None:
    until(lambda: len(group.deaths) >= times, f"a worker has died {times} times")


def until_kept(settings: Settings, count: int) -> None:
    until(lambda: len(records(settings)) >= count, f"{count} records are in the chain", pause=0.2)


def act(settings: Settings, number: int) -> None:
    """Something that a person does; one record of it."""
    with (
        KafkaWriter(settings.kafka, settings.prefix) as writer,
        acting(writer, Act.AGENCY_ADDED, thing=f"agency-{number}", by="Ann", reason="new"),
    ):
        pass


def test_the_way_of_a_document_and_what_people_did_are_in_the_chain(installation: Settings) -> None:
    with workers(installation) as group, closing(Oracle(installation)) as oracle:
        document = upload(
            installation, "letter.pdf", text_pdf(["Dear Sir or Madam,", "the secret word is Quince."])
        )
        oracle.wait([document])
        act(installation, 1)
        until(lambda: any(one["kind"] == "act" for one in records(installation)), "the act is in the chain")
        # The store announces again what it is not sure that Kafka has: the chain ends with the workers.
        until(lambda: in_chain(installation) == on_topics(installation), "the chain is whole", pause=0.5)
        assert group.stop()["audit"] == 0
    mine = [one for one in records(installation) if one.get("subject") == document]
    kept = {one.get("event") for one in mine}
    assert {event.id for event in oracle.events if event.subject == document} <= kept
    assert "s3:ObjectCreated" in {one["type"] for one in mine}
    assert {one["stage"] for one in mine if "stage" in one} >= {"intake", "ocr", "classify", "extract", "publish"}
    acts = [one["act"] for one in records(installation) if one["kind"] == "act"]
    assert [(one["act"], one["thing"], one["by"], one["outcome"]) for one in acts] == [
        ("agency_added", "agency-1", "Ann", "begun"),
        ("agency_added", "agency-1", "Ann", "done"),
    ]
    assert in_chain(installation) == on_topics(installation)
    bucket = AuditBucket(installation)
    everything = b"".join(line for stored in bucket.stored("chains/") for line in bucket.lines(stored))
    assert b"Quince" not in everything
    assert b"letter.pdf" not in everything
    report = checked(installation)
    # A clean stop signs what is there.
    assert report.ok, report.findings
    assert report.newest is not None
    assert report.newest.chains["0"][0] == report.chains["0"]
    assert behind(AuditBucket(installation), committed(installation.kafka, GROUP, installation.prefix)) == []


@pytest.mark.parametrize("point", ["stored", "committed"])
def test_a_kill_around_the_commit_doubles_and_loses_nothing(installation: Settings, point: str) -> None:
    killing = {"CHANCERY_FAIL_POINTS": f"audit:{point}:1"}
    with workers(installation, ("audit",), extra=killing) as group:
        for number in range(3):
            act(installation, number)
            until_dead(group, number + 1)
        group.extra = {}
        # The last life finds what the one before left unsigned.
        until(lambda: len(records(installation)) == 6 and is_signed(installation), "all is there and signed")
        assert group.stop()["audit"] == 0
    assert {code for _, _, code in group.deaths} == {-9}
    assert in_chain(installation) == on_topics(installation)
    assert max(in_chain(installation).values()) == 1
    assert checked(installation).ok


def test_control_a_worker_that_trusts_kafkas_offsets_doubles(installation: Settings) -> None:
    killing = {"CHANCERY_FAIL_POINTS": "audit:stored:1"}
    with workers(
        installation, ("audit",), extra=killing, command=(sys.executable, "-m", "tests.faults.trusting_auditor")
    ) as group:
        act(installation, 1)
        until_dead(group, 2)
    assert max(in_chain(installation).values()) > 1
    assert Fault.DOUBLED in {found.fault for found in checked(installation).findings}


@pytest.fixture
def stopped(installation: Settings) -> Iterator[Settings]:
    """An installation with a chain of several segments that nobody writes to any more."""
    with workers(installation, ("audit",)) as group:
        for number in range(3):
            act(installation, number)
            until_kept(installation, 2 * (number + 1))
        assert group.stop()["audit"] == 0
    assert checked(installation).ok
    yield installation


def test_a_locked_segment_cannot_be_deleted_and_what_is_done_to_it_is_named(
    stopped: Settings, tmp_path: Path
) -> None:
    client, bucket = MinioObjects(stopped.s3).client, Buckets(stopped.prefix).audit
    shelf = AuditBucket(stopped)
    first, second, *_ = list(shelf.stored("chains/0/"))
    with pytest.raises(S3Error) as refused:
        client.remove_object(bucket, first.key, version_id=first.version_id)
    assert refused.value.code in ("ObjectLocked", "AccessDenied", "InvalidRequest")
    forged = b"forged\n"
    client.put_object(bucket, first.key, io.BytesIO(forged), len(forged))
    client.remove_object(bucket, second.key)
    report = checked(stopped)
    assert [(found.fault.value, found.key) for found in report.findings] == [
        ("overwritten", first.key),
        ("hidden", second.key),
    ]
    # The first versions are what was written: the chain itself is whole, also in another place.
    touched = export(shelf, tmp_path / "export")
    assert [one.key for one in touched] == [first.key, second.key]
    exported = Folder(tmp_path / "export")
    assert verify(exported, [keys.load(stopped.audit.key).public_key()]).ok
    path = tmp_path / "export" / first.key
    path.write_bytes(path.read_bytes().replace(b'"by":"Ann"', b'"by":"Bob"', 1))
    found = verify(exported, [keys.load(stopped.audit.key).public_key()]).findings[0]
    assert (found.fault, found.first, found.key) == (Fault.EDITED, 1, first.key)


def test_what_was_cut_off_behind_the_last_head_is_seen_by_kafkas_memory(stopped: Settings) -> None:
    remembered = committed(stopped.kafka, GROUP, stopped.prefix)
    assert remembered == {(ACTS, 0): 6}
    told = {(ACTS, 0): 9}
    assert [found.fault for found in behind(AuditBucket(stopped), told)] == [Fault.BEHIND]


def test_records_that_retention_took_are_told_as_a_gap(stopped: Settings) -> None:
    from kafka import KafkaAdminClient, TopicPartition

    with KafkaWriter(stopped.kafka, stopped.prefix) as writer:
        for number in range(4):
            writer.write(Outgoing(ACTS, b"", json.dumps({"number": number}).encode()))
    with closing(KafkaAdminClient(bootstrap_servers=stopped.kafka)) as admin:
        admin.delete_records({TopicPartition(stopped.prefix + ACTS, 0): 8})
    with workers(stopped, ("audit",)) as group:
        until_kept(stopped, 9)
        assert group.stop()["audit"] == 0
    *_, gap, one, two = records(stopped)
    assert (gap["kind"], gap["expected"], gap["offset"]) == ("gap", 6, 8)
    assert [(one["offset"], one["type"]) for one in (one, two)] == [(8, ""), (9, "")]
    assert checked(stopped).ok


def test_the_commands_check_show_and_export_the_bucket(
    stopped: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment(stopped).items():
        if name.startswith("CHANCERY_"):
            monkeypatch.setenv(name, value)
    verified = chancery("audit", "verify", "--json")
    assert verified.exit_code == 0, verified.output
    assert json.loads(verified.stdout)["records"] == {"0": 9}
    shown = [json.loads(line) for line in chancery("audit", "show", "--acts", "--json").stdout.splitlines()]
    assert [one["act"]["thing"] for one in shown] == [f"agency-{number // 2}" for number in range(6)]
    assert chancery("audit", "export", tmp_path / "copy").exit_code == 0
    public = keys.public_file(stopped.audit.key)
    assert chancery("audit", "verify", tmp_path / "copy", "--key", public).exit_code == 0
    # Kafka remembers more than the chain holds: somebody cut its end off behind the last head.
    shelf = AuditBucket(stopped)
    consumer = KafkaPartitions(
        stopped.kafka, auditing.pattern(), group=GROUP, prefix=stopped.prefix, mine=lambda *_: True, positions={}
    )
    with closing(consumer):
        consumer.poll(0.5)
        consumer.commit({(ACTS, 0): 9})
    assert behind(shelf, committed(stopped.kafka, GROUP, stopped.prefix))
    cut = chancery("audit", "verify")
    assert cut.exit_code == 1
    assert "behind: record 10 of chain 0: Kafka remembers more" in cut.stdout
