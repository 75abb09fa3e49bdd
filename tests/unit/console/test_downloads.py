"""Files are handed out as files, whatever they hold and whatever their sender called them."""

import json

import pytest

from processors.console.downloads import download_name
from tests.unit.console.conftest import ANN, HOSTILE, SAMPLES, Site


def _path(site: Site, role: str) -> str:
    return f"/documents/{site.entry(HOSTILE).id}/files/{role}?run=live"


@pytest.mark.parametrize("role", ["original", "text", "searchable", "fields", "end", "pages"])
def test_a_file_is_no_page(site: Site, role: str) -> None:
    answer = site.client(ANN).get(_path(site, role))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not set("<>\r\n") & set(answer.headers["content-disposition"])


def test_the_bytes_are_the_right_ones(site: Site) -> None:
    client = site.client(ANN)
    assert client.get(_path(site, "original")).content == (SAMPLES / "fcc-invoice.pdf").read_bytes()
    assert b"INVOICE" in client.get(_path(site, "text")).content
    assert json.loads(client.get(_path(site, "end")).content)["type"] == "chancery.review.requested.v1"


def test_another_file_in_its_place_is_not_handed_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site.desk.objects), "fetch", lambda _self, _ref, to: to.write_bytes(b"other") and "00")
    answer = site.client(ANN).get(_path(site, "original"))
    assert answer.status_code == 404
    assert b"other" not in answer.content


@pytest.mark.parametrize("role", ["claims", "nothing", "original%2f..", "pages-00001"])
def test_only_what_is_offered_can_be_had(site: Site, role: str) -> None:
    assert site.client(ANN).get(_path(site, role)).status_code == 404


@pytest.mark.parametrize(
    ("untrusted", "ending", "expected"),
    [
        ("a/b/tax return.pdf", None, "tax return-5f5f5f5f-original.pdf"),
        ('x".html', None, "x-5f5f5f5f-original.html"),
        ("\u202egnp.exe", None, "gnp-5f5f5f5f-original.exe"),
        ("..", None, "document-5f5f5f5f-original"),
        ("a\r\nSet-Cookie: x.pdf", ".txt", "a_Set-Cookie_ x-5f5f5f5f-original.txt"),
        ("é" * 300, None, "document-5f5f5f5f-original"),
        ("no ending", None, "no ending-5f5f5f5f-original"),
    ],
)
def test_names_are_harmless(untrusted: str, ending: str | None, expected: str) -> None:
    assert download_name(untrusted, "5f" * 16, "original", ending) == expected


def test_what_is_left_behind_is_removed(site: Site) -> None:
    client = site.client(ANN)
    before = set((site.desk.settings.home / "console").iterdir())
    assert client.get(_path(site, "original")).status_code == 200
    assert set((site.desk.settings.home / "console").iterdir()) <= before
