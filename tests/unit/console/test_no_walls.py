"""Where walls are asked for and cannot be had, the console says why it shows no pictures, and shows all else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.console.desk import opened
from processors.console.pictures import Pictures
from processors.errors import DependencyUnavailable
from processors.events import DocumentId, Original
from processors.runtime import levels
from processors.runtime.levels import Found
from tests.console_world import settings
from tests.unit.console.conftest import ANN, HOSTILE, SAMPLES, Site

_WHY = "CHANCERY_SANDBOX=on, and this machine cannot have walls: bubblewrap is missing"


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pictures]:
    """Those of a console that must have walls, where there is no bubblewrap."""
    monkeypatch.setattr(levels, "found", lambda: Found(namespaces=False, filter=True, landlock=7))
    with closing(Pictures(settings(tmp_path, sandbox="on"), MemoryObjects())) as made:
        yield made


def test_the_desk_opens_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "found", lambda: Found(namespaces=False, filter=True, landlock=7))
    with opened(settings(tmp_path, sandbox="on")) as desk:
        assert desk.pictures.lacking.startswith(_WHY)
    with opened(settings(tmp_path)) as desk:
        assert desk.pictures.lacking == ""


def test_nothing_is_parsed_without_the_walls_that_are_asked_for(pictures: Pictures) -> None:
    content = (SAMPLES / "receipt-stationers.png").read_bytes()
    assert isinstance(pictures._objects, MemoryObjects)
    ref = pictures._objects.put("documents", "original", content, "image/png")
    assert ref is not None
    original = Original(bucket="b", key="k", version_id="v", size=len(content), media_type="image/png")
    document = DocumentId(id="5f" * 16, agency="justice", original=original)
    with pytest.raises(DependencyUnavailable, match="no walls"):
        pictures.page(document, {"original": ref}, 1, 100)


def test_a_document_is_shown_without_its_picture_and_says_why(site: Site, pictures: Pictures) -> None:
    client = replace(site, desk=replace(site.desk, pictures=pictures)).client(ANN)
    address = f"/documents/{site.entry(HOSTILE).id}"
    shown = client.get(address)
    assert shown.status_code == 200
    assert _WHY in shown.text
    assert "<image" not in shown.text
    assert 'class="mark' in shown.text, "the places of values are shown"
    refused = client.get(f"{address}/pages/1")
    assert (refused.status_code, _WHY in refused.text) == (503, True)
    # As it is where pictures are drawn.
    usual = site.client(ANN).get(address).text
    assert ("<image" in usual, _WHY in usual) == (True, False)
