"""Pages are drawn in a child behind walls and kept for a while; this process parses nothing of a document."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from processors.adapters.memory import MemoryObjects
from processors.console import pictures
from processors.console.kept_files import KeptFiles
from processors.console.pictures import Pictures
from processors.errors import ArtefactMissing, DependencyUnavailable
from processors.events import DocumentId, Original
from tests.console_world import settings
from tests.unit.console.conftest import ANN, HOSTILE, SAMPLES, Site
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n"


class Drawer:
    """Pictures over a store in memory."""

    def __init__(self, home: Path) -> None:
        self.objects = MemoryObjects()
        self.pictures = Pictures(settings(home), self.objects)

    def draw(self, content: bytes, media_type: str, page: int = 1, dpi: int = 100) -> bytes | None:
        ref = self.objects.put("documents", "original", content, media_type)
        assert ref is not None
        original = Original(bucket="b", key="k", version_id="v", size=len(content), media_type=media_type)
        return self.pictures.page(
            DocumentId(id="5f" * 16, agency="justice", original=original), {"original": ref}, page, dpi
        )


@pytest.fixture
def drawer(tmp_path: Path) -> Iterator[Drawer]:
    one = Drawer(tmp_path)
    with closing(one.pictures):
        yield one


@pytest.mark.parametrize(
    ("sample", "media_type"),
    [
        ("fcc-invoice.pdf", "application/pdf"),
        ("receipt-stationers.png", "image/png"),
        ("head-start-report.tif", "image/tiff"),
        ("README.md", "text/plain"),
    ],
)
def test_every_kind_of_page_is_drawn(drawer: Drawer, sample: str, media_type: str) -> None:
    drawn = drawer.draw((SAMPLES / sample).read_bytes(), media_type)
    assert drawn is not None
    assert drawn.startswith(PNG)
    # Not a white sheet: a picture of a page takes some bytes.
    assert len(drawn) > 10_000


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "application/pdf"),
        (b"%PDF-1.7 nothing", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n broken", "image/png"),
        (b"GIF89a", "image/gif"),
    ],
)
def test_what_cannot_be_drawn_is_no_picture_and_harms_nobody(
    drawer: Drawer, content: bytes, media_type: str
) -> None:
    assert drawer.draw(content, media_type) is None
    assert drawer.draw((SAMPLES / "receipt-stationers.png").read_bytes(), "image/png") is not None


def test_a_page_that_is_not_there_is_no_picture(drawer: Drawer) -> None:
    assert drawer.draw((SAMPLES / "fcc-invoice.pdf").read_bytes(), "application/pdf", page=2) is None


def test_a_page_is_drawn_once(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (SAMPLES / "receipt-stationers.png").read_bytes()
    first = drawer.draw(content, "image/png")

    def never(*_: object) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr(Pictures, "_drawn", never)
    assert drawer.draw(content, "image/png") == first
    with pytest.raises(AssertionError, match="drawn again"):
        drawer.draw(content, "image/png", dpi=150)


def test_a_child_that_is_gone_starts_again(drawer: Drawer) -> None:
    content = (SAMPLES / "receipt-stationers.png").read_bytes()
    assert drawer.draw(content, "image/png") is not None
    assert drawer.pictures._child is not None
    drawer.pictures._drawer.submit(drawer.pictures._child.kill).result()
    assert drawer.draw(content, "image/png", dpi=150) is not None


def test_another_file_in_its_place_is_not_drawn(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawer.objects, "fetch", lambda _ref, to: to.write_bytes(b"other") and "00")
    with pytest.raises(ArtefactMissing):
        drawer.draw((SAMPLES / "receipt-stationers.png").read_bytes(), "image/png")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", PNG, PNG + b"\0" * 16, PNG + b"\0\0\0\rIHDR" + b"\xff" * 8],
    ids=["nothing", "a page", "no header", "no size", "endless"],
)
def test_what_a_child_says_is_a_picture_is_looked_at(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "page.png"
    file.write_bytes(content)
    assert pictures._checked(file) is None


def test_the_process_that_serves_pages_loads_no_parser() -> None:
    code = (
        "import sys, processors.console.routers, processors.console.alone; "
        "print(*{'pypdfium2', 'pikepdf', 'PIL', 'cv2', 'numpy', 'torch', 'tesserocr'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_killed_consoles_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "console" / "scratch" / "99999999"
    left.mkdir(parents=True)
    with closing(Pictures(settings(tmp_path), MemoryObjects())):
        assert not left.exists()


def test_kept_files_are_bounded_and_the_unused_go_first(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path / "kept", most_bytes=25)
    for number, name in enumerate("ab"):
        kept.keep(name, b"x" * 10)
        os.utime(tmp_path / "kept" / name, (time.time() - 60 + number,) * 2)
    assert kept.read("a") == b"x" * 10
    kept.keep("c", b"x" * 10)
    assert kept.read("b") is None
    assert (kept.read("a"), kept.read("c")) == (b"x" * 10, b"x" * 10)
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_a_page_is_shown_as_a_picture(site: Site) -> None:
    client, document = site.client(ANN), site.entry(HOSTILE).id
    answer = client.get(f"/documents/{document}/pages/1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    for wrong in ("0", "2", "1?zoom=endless", "x"):
        assert client.get(f"/documents/{document}/pages/{wrong}").status_code in (400, 404)


def test_a_page_that_cannot_be_drawn_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pictures, "page", lambda *_: None)
    answer = site.client(ANN).get(f"/documents/{site.entry(HOSTILE).id}/pages/1")
    assert answer.status_code == 404
    assert "cannot be drawn" in answer.text


def test_what_nobody_looked_at_for_a_day_is_forgotten(tmp_path: Path) -> None:
    kept = KeptFiles(tmp_path, 1_000)
    kept.keep("old", b"x")
    kept.keep("new", b"x")
    os.utime(tmp_path / "old", (0, 0))
    assert KeptFiles(tmp_path, 1_000).read("old") is None
    assert kept.read("new") == b"x"


def test_who_asks_for_too_many_pages_is_told_to_come_back(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def slow(*_: object) -> bytes:
        begun.set()
        go_on.wait(60)
        return PNG

    monkeypatch.setattr(Pictures, "_drawn", slow)
    with ThreadPoolExecutor(pictures._MOST_WAITING) as people:
        asked = [
            people.submit(drawer.draw, str(number).encode(), "image/png")
            for number in range(pictures._MOST_WAITING)
        ]
        assert begun.wait(60)
        # Not by taking and giving back: that would take a place from one of them.
        until(lambda: drawer.pictures._waiting._value == 0, "all places are taken")
        with pytest.raises(DependencyUnavailable):
            drawer.draw(b"one more", "image/png")
        go_on.set()
        assert [one.result() for one in asked] == [PNG] * len(asked)
    assert drawer.draw(b"later", "image/png") == PNG
