from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from processors.config import Limits, load
from processors.events import DocumentRecognised, PagesRecognised
from processors.intake.stage import build as build_intake
from processors.ocr.engine import PixelWord
from processors.ocr.stage import Ocr
from processors.pages import read_pages
from processors.stage import Done, Rejected, Stage, Work
from tests.corpus import make
from tests.unit.ocr.conftest import Read, request


class Scripted:
    """An engine that says what it was told to, once per call."""

    name, language, digest = "scripted 1", "eng", "0" * 64

    def __init__(self, *answers: list[PixelWord]) -> None:
        self.answers = list(answers)
        self.sizes: list[tuple[int, int]] = []

    def recognise(self, image: Image.Image, dpi: int) -> list[PixelWord]:
        self.sizes.append(image.size)
        assert image.mode == "L"
        return self.answers.pop(0)


def word(text: str, confidence: float) -> PixelWord:
    return PixelWord(text, (300, 600, 900, 660), confidence, 0, 0)


def test_every_range_names_the_same_parts_in_order(tmp_path: Path, stage: Stage) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 9)
    arrived = build_intake(load({})).process(make.upload(path, tmp_path))
    assert isinstance(arrived, Done)
    outcomes = [stage.process(Work(make.event(d.data), {"original": path}, tmp_path)) for d in arrived.events[1:]]
    for outcome, own in zip(outcomes, ("00001-00008", "00009-00009"), strict=True):
        assert isinstance(outcome, Done)
        assert outcome.join is not None
        assert outcome.join.parts == ("pages-00001-00008.jsonl", "pages-00009-00009.jsonl")
        assert (outcome.join.whole, outcome.join.role) == ("pages.jsonl", "pages")
        assert isinstance(outcome.join.then.data, DocumentRecognised)
        assert outcome.join.then.data.pages == 9
        (artefact,) = outcome.artefacts
        assert (artefact.name, artefact.role) == (f"pages-{own}.jsonl", "")
        assert set(outcome.engine.split(" + ")) <= {"pdfium", "tesserocr 5.5.4"}
        assert bool(outcome.model_digest) == ("tesserocr" in outcome.engine)
    first = outcomes[0]
    assert isinstance(first, Done)
    recognised = first.events[0].data
    assert isinstance(recognised, PagesRecognised)
    assert first.events[0].part == "pages-1-8"
    assert recognised.reading.model_dump() == {
        "pages": 8,
        "words": 8 * 39,
        "text_layer_pages": 8,
        "confidence": 1.0,
    }


def test_boxes_become_points(tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    make.scan().save(path, dpi=(300, 300))
    done = request(Ocr(Scripted([word("a", 0.9)]), Limits()), path, tmp_path, "image/png")
    assert isinstance(done, Done)
    (page,) = read_pages(done.artefacts[0].path)
    assert page.words[0].box == pytest.approx((72, 144, 216, 158.4), abs=0.1)
    assert page.scale == pytest.approx(300 / 72, abs=0.001)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ([word("sure", 0.9)], None, "sure"),
        ([], [word("found", 0.9)], "found"),
        ([word("x", 0.3)] * 9, [word("found", 0.8)], "found"),
        ([word("pale", 0.65), word("x", 0.1)], [], "pale"),
    ],
)
def test_a_page_that_gave_little_is_looked_at_again(
    tmp_path: Path, first: list[PixelWord], second: list[PixelWord] | None, kept: str
) -> None:
    path = tmp_path / "f.png"
    make.scan().save(path, dpi=(300, 300))
    engine = Scripted(first, *([] if second is None else [second]))
    done = request(Ocr(engine, Limits()), path, tmp_path, "image/png")
    assert isinstance(done, Done)
    assert not engine.answers
    assert next(read_pages(done.artefacts[0].path)).words[0].text == kept


@pytest.mark.parametrize(
    ("name", "media_type"), [("f.png", "image/png"), ("f.jpg", "image/jpeg"), ("f.tif", "image/tiff")]
)
def test_a_picture_that_breaks_off_is_damaged(tmp_path: Path, stage: Stage, name: str, media_type: str) -> None:
    path = tmp_path / name
    make.scan().save(path)
    content = path.read_bytes()
    # A TIFF keeps its directory at the end, so that one is damaged in the middle instead.
    path.write_bytes(content[: len(content) // 2])
    rejected = request(stage, path, tmp_path, media_type)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "damaged"


def test_a_page_that_is_not_there_is_damaged(tmp_path: Path, stage: Stage) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)])
    rejected = request(stage, path, tmp_path, "application/pdf", number=4)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.details) == ("damaged", {"page": 4})


def test_our_own_failure_is_not_blamed_on_the_document(tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    make.scan().save(path)

    class Broken(Scripted):
        def recognise(self, image: Image.Image, dpi: int) -> list[PixelWord]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        request(Ocr(Broken(), Limits()), path, tmp_path, "image/png")


def test_text_has_pages_lines_and_boxes(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "f.txt"
    path.write_text("Dear Sir,\n\nyour letter  arrived.\n\f\n")
    first, second = read(path)
    assert (first.source, first.engine, second.source) == ("text_layer", "text", "blank")
    assert [(w.text, w.line, w.block) for w in first.words] == [
        ("Dear", 0, 0),
        ("Sir,", 0, 0),
        ("your", 1, 1),
        ("letter", 1, 1),
        ("arrived.", 1, 1),
    ]
    assert first.words[1].box == pytest.approx((108, 72, 136.8, 84))
    assert all(0 <= w.box[0] < w.box[2] <= first.width for w in first.words)
