"""MinIO's audit entries: which are refusals, and nothing in them that is too long, unclean or a file's name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from processors.refusals import store_entries
from processors.refusals.spool import Spool
from processors.refusals.tail import Position, Tail


def entry(request: str = "17A", status: int = 403, **changes: Any) -> dict[str, Any]:
    """An entry as MinIO writes it, in short."""
    api = {
        "name": "GetObject",
        "bucket": "inbox-justice",
        "object": "divorce of Ann Smith.pdf",
        "statusCode": status,
    }
    return {
        "time": "2026-11-24T10:00:00.123456789Z",
        "api": api | changes.pop("api", {}),
        "remotehost": "127.0.0.1",
        "requestID": request,
        "userAgent": "secret agent",
        "requestPath": "/inbox-justice/divorce of Ann Smith.pdf",
        "requestHeader": {"Authorization": "AWS4-HMAC-SHA256 Signature=5f"},
        "accessKey": "agency.tax.upload.1",
    } | changes


def test_a_refusal_names_who_what_and_whose_and_no_file() -> None:
    found = store_entries.refused(entry(), "")
    assert found is not None
    assert (found.server, found.principal, found.operation, found.thing, found.agency) == (
        "store",
        "agency.tax.upload.1",
        "GetObject",
        "inbox-justice",
        "justice",
    )
    assert found.object == hashlib.sha256(b"divorce of Ann Smith.pdf").hexdigest()
    kept = store_entries.line(found, "17A")
    assert store_entries.parse(kept) == found
    assert not [word for word in ("Ann", "secret", "Signature", "AWS4") if word in kept]


@pytest.mark.parametrize("status", [200, 204, 404, 409, 500, None, "403"])
def test_what_was_answered_is_none(status: Any) -> None:
    assert store_entries.refused(entry(status=status), "") is None


def test_an_agency_that_is_shown_an_empty_list_of_buckets_is_told_of() -> None:
    listing = {"name": "ListBuckets", "bucket": "", "object": ""}
    found = store_entries.refused(entry(status=200, api=listing), "")
    assert found is not None and found.outcome == "filtered"
    assert store_entries.refused(entry(status=200, api=listing, accessKey="admin"), "") is None
    assert store_entries.refused(entry(status=200, api=listing), "t1-") is None


def test_who_may_delete_nothing_and_asks_for_many_is_told_of(tmp_path: Path) -> None:
    """MinIO answers with 200, and with a refusal for each."""
    many = {"name": "DeleteMultipleObjects", "object": "", "objects": [{"objectName": "a"}, {"objectName": "b"}]}
    found = store_entries.refused(entry(status=200, api=many), "")
    assert found is not None and (found.outcome, found.agency) == ("filtered", "justice")
    assert found.object == hashlib.sha256(b"a").hexdigest()
    assert store_entries.refused(entry(status=200, api=many, accessKey="worker.ocr"), "") is not None
    assert store_entries.refused(entry(status=200, api=many, accessKey="admin"), "") is None


def test_that_an_entry_could_not_be_read_is_kept(tmp_path: Path) -> None:
    Spool(tmp_path / "store.log", "").lost()
    (text,) = Tail(tmp_path / "store.log").read(Position()).lines
    found = store_entries.parse(text)
    assert found is not None and found.outcome == "unheard"


def test_temporary_keys_are_their_owner_s() -> None:
    found = store_entries.refused(entry(accessKey="TEMPORARY", parentUser="agency.tax.upload.1"), "")
    assert found is not None and found.principal == "agency.tax.upload.1"


def test_the_owner_of_an_artefact_is_told_by_its_key() -> None:
    api = {"bucket": "t1-documents", "object": "justice/5f/live/ocr/text"}
    found = store_entries.refused(entry(api=api), "t1-")
    assert found is not None and found.agency == "justice"
    found = store_entries.refused(entry(api={**api, "object": "../x"}), "t1-")
    assert found is not None and found.agency == ""


@pytest.mark.parametrize("value", [None, 5, [], {}, "x" * 10_000, "\ud800", "\n\x00", True])
def test_whatever_stands_in_an_entry_it_is_kept_short_and_clean(value: Any, tmp_path: Path) -> None:
    untrusted = entry(
        api={"name": value, "bucket": value, "object": value},
        time=value,
        remotehost=value,
        requestID=value,
        accessKey=value,
    )
    spool = Spool(tmp_path / "store.log", "")
    spool.take([untrusted])
    (text,) = Tail(tmp_path / "store.log").read(Position()).lines
    assert len(text) < 1500
    assert store_entries.parse(text) is not None


@pytest.mark.parametrize("api", [None, [], "x", 5])
def test_an_entry_without_a_request_is_none(api: Any) -> None:
    assert store_entries.refused({"api": api}, "") is None


# The spool


def requests(path: Path) -> list[str]:
    read = Tail(path).read(Position())
    return [store_entries.request_of(text) for text in read.lines]


def test_an_entry_that_is_sent_again_is_kept_once_also_by_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "refusals" / "store.log"
    Spool(path, "").take([entry("1"), entry("2", 200), entry("1")][:2])
    Spool(path, "").take([entry("1"), entry("3")])
    assert requests(path) == ["1", "3"]
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_a_kill_cut_off_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "store.log"
    Spool(path, "").take([entry("1")])
    with path.open("a") as file:
        file.write(json.dumps({"server": "store"})[:-3])
    Spool(path, "").take([entry("2")])
    lines = Tail(path).read(Position()).lines
    assert [store_entries.parse(text) is not None for text in lines] == [True, False, True]


def test_the_spool_is_bounded_and_the_youngest_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.refusals.spool._LARGEST", 1)
    spool = Spool(tmp_path / "store.log", "")
    for number in range(20):
        spool.take([entry(str(number))])
    assert len(list(tmp_path.iterdir())) == 9
    assert requests(tmp_path / "store.log") == ["11"]
