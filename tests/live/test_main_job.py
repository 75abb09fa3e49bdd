"""The main job, seen from outside: what is dropped into a bucket ends once, with a reason; no worker falls."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.events import Event, ResultReleased
from processors.places import Buckets, end_key
from processors.record.ledger import Ledger
from processors.runtime.codec import decode
from tests import documents
from tests.live.oracle import End, Oracle, upload
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

SAMPLES = Path(__file__).parents[2] / "samples"
#: A sample that is released without a person: an ad contract whose text layer is good.
RELEASED = SAMPLES / "fcc-order.pdf"

#: name -> (content, reason)
BAD = {
    "zero bytes.pdf": (b"", "empty"),
    "locked.pdf": (documents.encrypted_pdf(), "encrypted"),
    "gigantic.pdf": (documents.gigantic_pdf(), "page_too_large"),
    "program.pdf": (documents.program(), "type_mismatch"),
    "broken.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<<>>\n%%EOF\n", "damaged"),
    "page.exe": (documents.program(), "type_not_allowed"),
}
#: Good files whose names are an attack, or only long.
NAMES = {
    "newline": "line\nbreak.pdf",
    "formula": "=cmd|' /C calc'!A0.pdf",
    "right-to-left override": "\u202efdp.exe.pdf",
    "800 characters": "/".join(["n" * 199] * 4)[:796] + ".pdf",
    "markup": "[bold red]<script>alert(1)</script>.pdf",
    "percent and plus": "100%25+1 %2e%2e.pdf",
}


@dataclass(frozen=True)
class Run:
    """One run of the whole pipeline over all documents of this module."""

    settings: Settings
    group: Workers
    oracle: Oracle
    #: name -> document id
    ids: dict[str, str]
    #: name -> end
    ends: dict[str, End]


@pytest.fixture(scope="module")
def run(live: Servers, unused_prefixes: Iterator[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    settings = make_installation(live, next(unused_prefixes), tmp_path_factory.mktemp("main-job"))
    with workers(settings) as group, closing(Oracle(settings)) as oracle:
        good = RELEASED.read_bytes()
        ids = {name: upload(settings, name, content) for name, (content, _) in BAD.items()}
        ids |= {label: upload(settings, name, good) for label, name in NAMES.items()}
        ids["scan"] = upload(settings, "scan.png", documents.scan_png(["RECEIPT", "Total 12.00"]))
        ids["long"] = upload(settings, "long.pdf", documents.text_pdf(["A page like any other."], pages=20))
        found = oracle.wait(list(ids.values()), seconds=180)
        yield Run(settings, group, oracle, ids, {name: found[document] for name, document in ids.items()})


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_quarantined_with_the_reason_that_names_it(run: Run, name: str) -> None:
    assert (run.ends[name].state, run.ends[name].reason) == ("quarantined", BAD[name][1])


@pytest.mark.parametrize("label", NAMES)
def test_a_good_file_with_an_odd_name_is_a_result_and_keeps_its_name(run: Run, label: str) -> None:
    assert run.ends[label].state == "result"
    original = run.ends[label].event.data.document.original
    assert original.key == NAMES[label]


def test_the_workers_stay_up(run: Run) -> None:
    assert run.group.deaths == []


def test_a_result_is_evidenced_and_signed(run: Run) -> None:
    data = result(run).data
    assert data.fields
    assert set(data.evidence) >= {name for name, value in data.fields.items() if isinstance(value, str)}
    assert all(e.verdict in ("verbatim", "normalised") and e.boxes for e in data.evidence.values() if e.text)
    assert [step.stage for step in data.provenance] == ["intake", "ocr", "classify", "extract", "publish"]
    assert all(step.code_version for step in data.provenance)
    assert {"original", "pages", "fields"} <= set(data.artefacts)


def test_the_original_is_kept_under_lock_byte_for_byte(run: Run) -> None:
    data, store = result(run).data, MinioObjects(run.settings.s3)
    stored = data.artefacts["original"]
    assert stored.bucket == Buckets(run.settings.prefix).documents
    assert hashlib.sha256(store.read(stored)).hexdigest() == data.document.original.sha256
    retention = store.client.get_object_retention(stored.bucket, stored.key, version_id=stored.version_id)
    assert retention is not None
    assert retention.mode == run.settings.lock_mode


def test_a_quarantined_original_is_kept_as_well(run: Run) -> None:
    data = run.ends["locked.pdf"].event.data
    assert data.document.original.sha256 == hashlib.sha256(BAD["locked.pdf"][0]).hexdigest()


def test_the_same_bytes_again_are_linked_to_the_first(run: Run) -> None:
    arrived = [
        event.data
        for event in run.oracle.events
        if event.type == "chancery.document.arrived.v1" and event.subject in {run.ids[label] for label in NAMES}
    ]
    first = [data.document.id for data in arrived if not data.same_content_as]
    assert len(first) == 1
    assert {data.same_content_as for data in arrived if data.same_content_as} == set(first)


def test_the_stored_end_is_the_published_event(run: Run) -> None:
    event = result(run)
    store, buckets = MinioObjects(run.settings.s3), Buckets(run.settings.prefix)
    there = store.info(buckets.documents, end_key(event.data.document, "result"))
    assert there is not None
    assert decode(store.read(there.ref)) == event


def test_a_document_of_many_ranges_is_joined_once_and_in_order(run: Run) -> None:
    whole = [
        event
        for event in run.oracle.events
        if event.type == "chancery.document.recognised.v1" and event.subject == run.ids["long"]
    ]
    assert len(whole) == 1
    lines = MinioObjects(run.settings.s3).read(whole[0].data.artefacts["pages"]).decode().splitlines()
    assert [f'"number":{n},' in line for n, line in enumerate(lines, 1)] == [True] * 20


def test_the_ledger_says_what_the_topics_say(run: Run) -> None:
    with Ledger.open(run.settings.database) as ledger:
        entries = ledger.entries(run.ids.values())
    assert {name: entries[document].state.value for name, document in run.ids.items()} == {
        name: end.state for name, end in run.ends.items()
    }


def test_no_event_stands_twice(run: Run) -> None:
    assert run.oracle.repeated() == {}


def result(run: Run) -> Event[ResultReleased]:
    """One of the results."""
    return run.ends["newline"].event
