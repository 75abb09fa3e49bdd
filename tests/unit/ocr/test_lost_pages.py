"""A page that cannot be read, or that kills who reads it, is named and costs no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from processors.config import Limits
from processors.events import PageRange, UnreadPage
from processors.intake import ranges
from processors.ocr.engine import PixelWord
from processors.ocr.stage import Ocr
from processors.pages import read_pages
from processors.stage import Done, Rejected
from tests.corpus import make
from tests.unit.ocr.requests import Scripted, request, sure


class Deadly(Scripted):
    """An engine that dies at some calls, as a process does: nothing after it is run."""

    def __init__(self, *deadly: int) -> None:
        super().__init__()
        self.deadly = deadly
        self.begun = 0

    def recognise(
        self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
    ) -> list[PixelWord]:
        self.begun += 1
        if self.begun in self.deadly:
            raise KeyboardInterrupt
        return sure()


def scans(path: Path, count: int) -> Path:
    frames = [make.scan([f"Page {number}", *make.LINES], dpi=100) for number in range(count)]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(100, 100))
    return path


def sources(folder: Path, name: str = "pages.jsonl") -> list[tuple[int, str, str]]:
    return [(page.number, page.source, page.fault) for page in read_pages(folder / name)]


def test_a_page_that_is_not_there_is_named_and_the_rest_delivered(tmp_path: Path) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 2)
    done = Ocr(Scripted(), Limits()).process(request(path, tmp_path, pages=3))
    assert isinstance(done, Done)
    assert sources(tmp_path) == [(1, "text_layer", ""), (2, "text_layer", ""), (3, "failed", "damaged")]
    for draft in done.events:
        assert draft.data.unread == (UnreadPage(page=3, reason="damaged"),)


def test_a_document_whose_only_page_fails_is_refused(tmp_path: Path) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)], size=(20_000, 20_000))
    rejected = Ocr(Scripted(), Limits()).process(request(path, tmp_path))
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.details["page"]) == ("page_too_large", 1)


def test_a_document_whose_every_page_fails_is_damaged(tmp_path: Path) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 2, size=(20_000, 20_000))
    rejected = Ocr(Scripted(), Limits()).process(request(path, tmp_path, pages=2))
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.details) == ("damaged", {"pages": 2})


def test_a_range_whose_every_page_fails_waits_for_the_others(tmp_path: Path) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 8)
    last = ranges.split(9)[-1]
    done = Ocr(Scripted(), Limits()).process(request(path, tmp_path, pages=9, asked=last))
    assert isinstance(done, Done)
    assert done.join is not None and done.events[0].data.unread == (UnreadPage(page=9, reason="damaged"),)


@pytest.mark.parametrize("how", ["crashed", "timed_out"])
def test_the_next_try_keeps_what_was_read_and_goes_on_behind_the_page_that_killed(tmp_path: Path, how: str) -> None:
    path = scans(tmp_path / "f.tif", 4)
    engine = Deadly(2)
    with pytest.raises(KeyboardInterrupt):
        Ocr(engine, Limits()).process(request(path, tmp_path, pages=4))
    done = Ocr(engine, Limits()).process(request(path, tmp_path, pages=4, died=how))
    assert isinstance(done, Done)
    assert sources(tmp_path) == [(1, "ocr", ""), (2, "failed", how), (3, "ocr", ""), (4, "ocr", "")]
    # Page 1 was read once: 1, 2 (dies), 3, 4.
    assert engine.begun == 4
    assert done.events[-1].data.unread == (UnreadPage(page=2, reason=how),)


def test_several_pages_may_kill(tmp_path: Path) -> None:
    path = scans(tmp_path / "f.tif", 9)
    asked = PageRange(first=1, last=8)
    engine = Deadly(1, 2, 8)
    for died in ("", "crashed", "timed_out"):
        with pytest.raises(KeyboardInterrupt):
            Ocr(engine, Limits()).process(request(path, tmp_path, pages=9, asked=asked, died=died))
    done = Ocr(engine, Limits()).process(request(path, tmp_path, pages=9, asked=asked, died="crashed"))
    assert isinstance(done, Done)
    assert [(page.page, page.reason) for page in done.events[0].data.unread] == [
        (1, "crashed"),
        (2, "timed_out"),
        (8, "crashed"),
    ]
    assert engine.begun == 8


def test_half_a_line_is_read_again(tmp_path: Path) -> None:
    path = scans(tmp_path / "f.tif", 2)
    Ocr(Scripted(sure(), sure()), Limits()).process(request(path, tmp_path, pages=2))
    output = tmp_path / "pages.jsonl"
    first, second = output.read_text().splitlines(keepends=True)
    output.write_text(first + second[:-20])
    (tmp_path / "progress").write_text("page 2")
    done = Ocr(Scripted(), Limits()).process(request(path, tmp_path, pages=2, died="crashed"))
    assert isinstance(done, Done)
    assert sources(tmp_path) == [(1, "ocr", ""), (2, "failed", "crashed")]


def test_a_file_that_kills_when_it_is_opened_is_tried_again(tmp_path: Path) -> None:
    path = scans(tmp_path / "f.tif", 2)
    engine = Scripted(sure(), sure())
    done = Ocr(engine, Limits()).process(request(path, tmp_path, pages=2, died="crashed"))
    assert isinstance(done, Done)
    assert sources(tmp_path) == [(1, "ocr", ""), (2, "ocr", "")]


def test_the_only_page_is_tried_again(tmp_path: Path) -> None:
    path = scans(tmp_path / "f.tif", 1)
    engine = Deadly(1)
    with pytest.raises(KeyboardInterrupt):
        Ocr(engine, Limits()).process(request(path, tmp_path))
    done = Ocr(engine, Limits()).process(request(path, tmp_path, died="crashed"))
    assert isinstance(done, Done)
    assert sources(tmp_path) == [(1, "ocr", "")]
