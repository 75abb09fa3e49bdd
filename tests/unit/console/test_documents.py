"""The list and one document: what is shown, and that strangers' text stays text."""

import re

import pytest

from processors.console.asked import key_of, key_text
from processors.errors import ArtefactMissing
from processors.record.browsing import Key
from tests.unit.console.conftest import ANN, BOSS, HOSTILE, TIM, Site


def test_a_name_that_holds_a_script_is_text_on_every_page(site: Site) -> None:
    client = site.client(ANN)
    for path in ("/", f"/documents/{site.entry(HOSTILE).id}", "/?q=%3Cscript%3Ealert(1)", "/flow"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "' onload=x" not in text
    assert "&lt;script&gt;alert(1)" in client.get("/").text


def test_pages_have_no_inline_script_or_style(site: Site) -> None:
    client = site.client(BOSS)
    for path in ("/", "/flow", f"/documents/{site.entry(HOSTILE).id}", "/nothing"):
        text = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]* src=)", text), path


def test_a_document_shows_each_value_with_its_place(site: Site) -> None:
    entry = site.entry(HOSTILE)
    text = site.client(ANN).get(f"/documents/{entry.id}?run=live").text
    assert "2516768-1" in text
    places = set(re.findall(r'id="place-(\d+)"', text))
    assert places
    assert places <= set(re.findall(r'id="field-(\d+)"', text))
    # Each place leads to its row, each row to its place.
    assert all(f'href="#field-{one}"' in text and f'href="#place-{one}"' in text for one in places)
    assert re.search(r'<svg class="sheet" viewBox="0 0 \d+(\.\d+)? \d+', text)
    assert "review.requested.v1" in text


def test_a_document_without_pages_says_why(site: Site) -> None:
    text = site.client(ANN).get(f"/documents/{site.entry('locked.pdf').id}").text
    assert "The file needs a password." in text
    assert "There is no page to show" in text


def test_search_finds_by_id_and_by_name(site: Site) -> None:
    client, entry = site.client(BOSS), site.entry("receipt.png")
    for asked in (entry.id[:7], "receipt", "RECEIPT.PNG"):
        text = client.get("/", params={"q": asked}).text
        assert entry.id[:12] in text
        assert site.entry("locked.pdf").id[:12] not in text


@pytest.mark.parametrize(
    "asked", ["state=nonsense", "since=2026-02-30", "until=yesterday", "older=x", "newer=a~b~c", "page=x"]
)
def test_an_address_that_cannot_be_used_is_said(site: Site, asked: str) -> None:
    path = f"/documents/{site.entry('receipt.png').id}" if asked.startswith("page") else "/"
    answer = site.client(TIM).get(f"{path}?{asked}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_first_and_the_last_day_are_days(site: Site, day: str) -> None:
    assert site.client(TIM).get(f"/?since={day}&until={day}").status_code == 200


def test_a_place_in_the_list_reads_the_same(site: Site) -> None:
    key = Key.of(site.entry("receipt.png"))
    assert key_of(key_text(key)) == key
    assert key_of("") is None


def test_a_run_that_does_not_exist_is_not_there(site: Site) -> None:
    assert site.client(TIM).get(f"/documents/{site.entry('receipt.png').id}?run=again-9").status_code == 404


def test_a_document_whose_files_were_deleted_is_still_told_of(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise ArtefactMissing("documents: NoSuchKey")

    for name in ("read", "fetch", "info"):
        monkeypatch.setattr(type(site.desk.objects), name, gone)
    entry = site.entry(HOSTILE)
    answer = site.client(ANN).get(f"/documents/{entry.id}?run=live")
    assert answer.status_code == 200
    assert "no longer in the store" in answer.text
    assert "review.requested.v1" in answer.text
    assert site.client(ANN).get(f"/documents/{entry.id}/compare?old=live&new=live").status_code == 200
