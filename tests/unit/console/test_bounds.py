"""What a request may bring: bodies of a bearable size, and no characters that a database refuses."""

from collections.abc import Iterator

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

from processors.console import bounds
from processors.console.app import create
from tests.unit.console.conftest import BOSS, Site

OWN = {"sec-fetch-site": "same-origin", "content-type": "application/json"}
DECIDE = f"/reviews/{'0' * 32}/decide"


def _closed_door() -> None:
    raise HTTPException(401, "Sign in first.")


@pytest.fixture
def stranger(site: Site) -> TestClient:
    return TestClient(create(lambda: site.desk, _closed_door), headers=OWN, raise_server_exceptions=False)


def _stream(size: int) -> Iterator[bytes]:
    yield b'{"says": "'
    for _ in range(size // 1024):
        yield b"x" * 1024


def test_a_body_that_is_too_large_is_refused_before_it_is_kept(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_BODY", 10_000)
    assert stranger.post(DECIDE, content=b"x" * 10_001).status_code == 413, "its length says so"
    assert stranger.post(DECIDE, content=_stream(20_000)).status_code == 413, "its length is not told"
    monkeypatch.setattr(bounds, "MOST_BODY", 1_000_000)
    refused = stranger.post(DECIDE, json={"says": "x" * 20_000})
    assert refused.status_code == 401, "the control: within the bound the door is asked"


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5000])
def test_a_length_that_is_none_is_refused(stranger: TestClient, length: str) -> None:
    answer = stranger.post(DECIDE, content=_stream(1024), headers={"content-length": length})
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    "path",
    [
        "/?q=a%00b",
        "/?agency=%00",
        "/?older=2026-01-01T00:00:00~%00~live",
        "/reviews?type=%00",
        "/quality?agency=%00",
    ],
)
def test_a_character_that_no_database_takes_is_refused(site: Site, path: str) -> None:
    answer = site.client(BOSS).get(path)
    assert answer.status_code == 400
    assert "<h1>" in answer.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_is_none_in_utc_is_said(site: Site, moment: str) -> None:
    answer = site.client(BOSS).get("/", params={"older": f"{moment}~{'0' * 32}~live"})
    assert answer.status_code == 400


def test_a_body_that_nests_without_end_is_refused(site: Site) -> None:
    deep = b'{"changes": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}"
    client = TestClient(create(lambda: site.desk, lambda: None), headers=OWN, raise_server_exceptions=False)
    assert client.post(DECIDE, content=deep).status_code in (400, 401, 422)
    assert client.post(DECIDE, content=b"[" * 100_000).status_code == 400
