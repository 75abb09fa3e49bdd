"""The records of the audit chain about one document, found without walking all of it."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processors.audit.chain import Chain
from processors.audit.folder import Folder
from processors.audit.shelf import Stored
from processors.audit.tip import tip_of
from processors.console.audit_trail import trail
from processors.record.facts import entry_of
from tests.unit.audit.made_chain import Clock
from tests.unit.console.conftest import ANN, HOSTILE, Site
from tests.unit.record import makers as m

ENTRY = entry_of(m.way("a")[0])
About = dict[int, list[dict[str, Any]]]
NAME = hashlib.sha256(b"a.pdf").hexdigest()


class Counting(Folder):
    """A folder that counts which objects are read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[str] = []

    def lines(self, stored: Stored) -> Any:
        self.read.append(stored.key)
        return super().lines(stored)


def _written(root: Path, segments: int, chain: str = "0", about: About | None = None) -> None:
    """Segments of three records of others, a minute apart; in some of them records of ours."""
    clock = Clock(m.NOON - timedelta(minutes=segments // 2))
    writer = Chain(Folder(root), chain, tip_of(Folder(root), chain), seconds=60, now=clock)
    offset = 0
    for number in range(segments):
        for body in (*[{"subject": "00" * 16}] * 3, *(about or {}).get(number, ())):
            writer.event("t", 0, offset, body.get("of", "event"), body)
            offset += 1
        writer.seal()
        writer.store()
        clock.pass_(minutes=1)


def test_events_acts_and_refusals_about_it_are_found_and_no_others(tmp_path: Path) -> None:
    refused = {"agency": "justice", "objects": [NAME], "times": 2}
    ours: list[dict[str, Any]] = [
        {"subject": ENTRY.id},
        {"subject": ENTRY.id, "of": "act", "act": {"act": "document_released", "by": "Ann"}},
        {"subject": "", "of": "refusal", "refusal": refused},
    ]
    others: list[dict[str, Any]] = [
        {"subject": ENTRY.id + "00"},
        {"subject": "11" * 16, "note": ENTRY.id},
        # Another agency's file of the same name.
        {"subject": "", "of": "refusal", "refusal": refused | {"agency": "revenue"}},
        {"subject": "", "of": "refusal", "refusal": refused | {"objects": []}},
    ]
    _written(tmp_path, 10, about={5: [*ours, *others]})
    found = trail(Folder(tmp_path), ENTRY, m.NOON, {})
    assert [one.kind for one in found.told] == ["event", "act", "refusal"]
    assert found.rest == {}


def test_what_was_written_long_before_the_document_is_not_read(tmp_path: Path) -> None:
    _written(tmp_path, 400, about={200: [{"subject": ENTRY.id}], 399: [{"subject": ENTRY.id}]})
    shelf = Counting(tmp_path)
    found = trail(shelf, ENTRY, m.NOON, {})
    assert len(found.told) == 2
    # Ten minutes of slack before, all behind, and some ten looks to find the place.
    assert found.seen == (200 + 10 + 1) * 4 + 2
    assert len(shelf.read) < 211 + 12


def test_the_first_record_of_all_is_found(tmp_path: Path) -> None:
    _written(tmp_path, 3, about={0: [{"subject": ENTRY.id}]})
    assert len(trail(Folder(tmp_path), ENTRY, m.NOON + timedelta(days=9), {}).told) == 0
    assert len(trail(Folder(tmp_path), ENTRY, m.NOON - timedelta(days=9), {}).told) == 1
    assert trail(Folder(tmp_path / "nothing"), ENTRY, m.NOON, {}).told == []


def test_a_look_that_ends_early_goes_on_where_it_ended(tmp_path: Path) -> None:
    about = {number: [{"subject": ENTRY.id, "number": number}] for number in range(0, 20, 3)}
    for chain in ("0", "1"):
        _written(tmp_path, 20, chain, about)
    whole = trail(Folder(tmp_path), ENTRY, m.NOON - timedelta(days=1), {})
    assert (len(whole.told), whole.rest) == (14, {})
    seen: list[tuple[str, int]] = []
    places: dict[str, int] = {}
    looks = 0
    while True:
        part = trail(Folder(tmp_path), ENTRY, m.NOON - timedelta(days=1), places, most=10)
        seen += [(one.chain, one.sequence) for one in part.told]
        looks += 1
        if not part.rest:
            break
        places = part.rest
    assert sorted(seen) == sorted((one.chain, one.sequence) for one in whole.told)
    assert looks > 5


@pytest.mark.parametrize("line", [b"\xff\xfe", b"[]", b"{", b'"x"', b"{}"])
def test_a_line_that_is_no_record_is_passed_over(tmp_path: Path, line: bytes) -> None:
    _written(tmp_path, 4, about={3: [{"subject": ENTRY.id}]})
    for file in sorted((tmp_path / "chains/0").iterdir())[:3]:
        file.write_bytes(line + ENTRY.id.encode() + b"\n" + file.read_bytes())
    assert len(trail(Folder(tmp_path), ENTRY, m.NOON, {}).told) == 1


def test_the_page_shows_them_as_text(site: Site) -> None:
    entry = site.entry(HOSTILE)
    folder = site.desk.settings.home / "audit"
    act = {"act": "document_released", "thing": "<b>x</b>", "by": "<script>", "account": "a", "outcome": "done"}
    clock = Clock(entry.first_seen)
    writer = Chain(Folder(folder), "0", tip_of(Folder(folder), "0"), seconds=60, now=clock)
    writer.event("acts.recorded", 0, 0, "act", {"subject": entry.id, "act": act})
    writer.event("acts.recorded", 0, 1, "act", {"subject": entry.id, "act": "no act"})
    writer.seal()
    writer.store()
    client = site.client(ANN)
    text = client.get(f"/documents/{entry.id}/audit").text
    assert "document released" in text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert client.get(f"/documents/{entry.id}/audit?onward=0:1").status_code == 200
    for wrong in ("x", "0:-1", "../x:1", "0:1,,"):
        assert client.get(f"/documents/{entry.id}/audit", params={"onward": wrong}).status_code == 400
