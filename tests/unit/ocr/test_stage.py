"""What the stage answers: parts of a long document, a short one whole, and the whole of a long one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from processors.agencies import Policies, Policy
from processors.config import Limits, load
from processors.errors import StageFailed
from processors.events import DocumentRecognised, PagesRecognised
from processors.intake import ranges
from processors.intake.stage import build as build_intake
from processors.ocr.engine import PixelWord
from processors.ocr.stage import Ocr, build
from processors.pages import Page, read_pages
from processors.stage import Artefact, Done, Join, Rejected, Stage, Work
from tests.corpus import make
from tests.unit.ocr.conftest import Read
from tests.unit.ocr.requests import Scripted, request, sure


@dataclass(frozen=True)
class Made:
    artefacts: tuple[Artefact, ...]
    notes: tuple[str, ...]


class Binder:
    """Makes one file and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[tuple[list[int], Path, str]] = []

    def __call__(self, pages: Path, source: Path, media_type: str, out: Path, limits: Limits) -> Made:
        self.given.append(([page.number for page in read_pages(pages)], source, media_type))
        made = out / "text.txt"
        made.write_text("made")
        return Made((Artefact("text.txt", "text", made, "text/plain"),), ("no_pdf",))


def done(outcome: object) -> Done:
    assert isinstance(outcome, Done)
    return outcome


def pages_of(outcome: Done) -> list[Page]:
    return list(read_pages(outcome.artefacts[0].path))


def test_a_short_document_is_done_in_one_call(tmp_path: Path, stage: Stage) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 8)
    arrived = done(build_intake(load({})).process(make.upload(path, tmp_path)))
    (asked,) = arrived.events[1:]
    outcome = done(stage.process(Work(make.event(asked.data), {"original": path}, tmp_path)))
    assert outcome.join is None
    assert [(a.name, a.role, a.media_type) for a in outcome.artefacts] == [
        ("pages.jsonl", "pages", "application/jsonl")
    ]
    first, second = (draft.data for draft in outcome.events)
    assert isinstance(first, PagesRecognised) and isinstance(second, DocumentRecognised)
    assert outcome.events[0].part == "pages-1-8"
    assert (second.pages, second.unread, second.notes) == (8, (), ())
    assert first.reading.model_dump() == {
        "pages": 8, "words": 8 * 39, "text_layer_pages": 8, "confidence": 1.0
    }  # fmt: skip
    assert (outcome.engine, outcome.model_digest) == ("pdfium", "")


def test_a_long_document_is_joined_and_then_finished(tmp_path: Path) -> None:
    binder = Binder()
    stage = Ocr(Scripted(sure()), Limits(), bind=binder)
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 9)
    whole = tmp_path / "whole.jsonl"
    for asked in ranges.split(9):
        scratch = tmp_path / asked.name
        scratch.mkdir()
        outcome = done(stage.process(request(path, scratch, pages=9, asked=asked)))
        names = tuple(one.file_name for one in ranges.split(9))
        assert outcome.join == Join(names, "pages.jsonl", "pages", "application/jsonl")
        assert [type(draft.data) for draft in outcome.events] == [PagesRecognised]
        assert [(a.name, a.role) for a in outcome.artefacts] == [(asked.file_name, "")]
        with whole.open("a") as lines:
            lines.write(outcome.artefacts[0].path.read_text())
    assert binder.given == []
    finished = done(stage.process(request(path, tmp_path, pages=9, whole=whole)))
    (draft,) = finished.events
    assert isinstance(draft.data, DocumentRecognised)
    assert (draft.data.pages, draft.data.notes) == (9, ("no_pdf",))
    assert [artefact.name for artefact in finished.artefacts] == ["text.txt"]
    assert binder.given == [(list(range(1, 10)), path, "application/pdf")]


def test_outputs_that_kill_their_maker_are_left_out(tmp_path: Path) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)])

    def dying(pages: Path, source: Path, media_type: str, out: Path, limits: Limits) -> Made:
        raise MemoryError

    stage = Ocr(Scripted(), Limits(), bind=dying)
    with pytest.raises(MemoryError):
        stage.process(request(path, tmp_path))
    again = done(stage.process(request(path, tmp_path, died="crashed")))
    assert again.events[-1].data.notes == ("outputs_failed:crashed",)
    assert [artefact.name for artefact in again.artefacts] == ["pages.jsonl"]
    whole = done(stage.process(request(path, tmp_path, died="timed_out", whole=tmp_path / "pages.jsonl")))
    assert whole.events[0].data.notes == ("outputs_failed:timed_out",)


def test_the_rendition_is_read_where_intake_made_one(tmp_path: Path) -> None:
    binder = Binder()
    original, rendition = tmp_path / "f.docx", tmp_path / "r.txt"
    original.write_bytes(b"PK")
    rendition.write_text("Dear Sir")
    work = request(original, tmp_path, rendition=(rendition, "text/plain"))
    outcome = done(Ocr(Scripted(), Limits(), bind=binder).process(work))
    assert pages_of(outcome)[0].text() == "Dear Sir"
    assert binder.given == [([1], rendition, "text/plain")]


def test_boxes_become_points(tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    Image.new("L", (2550, 1800), 255).save(path, dpi=(300, 300))
    with Image.open(path) as image:
        marked = image.copy()
    marked.paste(0, (300, 600, 900, 660))
    marked.save(path, dpi=(300, 300))
    (page,) = pages_of(done(Ocr(Scripted(sure(1)), Limits()).process(request(path, tmp_path))))
    assert page.words[0].box == pytest.approx((72, 144, 216, 158.4), abs=0.1)
    assert page.scale == pytest.approx(300 / 72, abs=0.001)


def test_a_good_text_layer_is_not_believed_where_the_agency_says_so(tmp_path: Path) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)])
    policies = Policies({"strict": Policy(force_ocr=True)})
    for agency, source in (("other", "text_layer"), ("strict", "ocr")):
        scratch = tmp_path / agency
        scratch.mkdir()
        stage = Ocr(Scripted(sure()), Limits(), policies=policies)
        (page,) = pages_of(done(stage.process(request(path, scratch, agency=agency))))
        assert page.source == source


@pytest.mark.parametrize(
    ("name", "media_type"), [("f.png", "image/png"), ("f.jpg", "image/jpeg"), ("f.tif", "image/tiff")]
)
def test_a_picture_that_breaks_off_is_damaged(tmp_path: Path, stage: Stage, name: str, media_type: str) -> None:
    path = tmp_path / name
    make.scan().save(path)
    content = path.read_bytes()
    # A TIFF keeps its directory at the end, so that one is damaged in the middle instead.
    path.write_bytes(content[: len(content) // 2])
    rejected = stage.process(request(path, tmp_path))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "damaged"


def test_our_own_failure_is_not_blamed_on_the_document(tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    make.scan().save(path)

    class Broken(Scripted):
        def recognise(
            self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
        ) -> list[PixelWord]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Ocr(Broken(), Limits()).process(request(path, tmp_path))


def test_an_agencys_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "justice.json").write_text('{"language": "eng"}')
    with pytest.raises(StageFailed, match=r"justice\.json: language"):
        build(load({"CHANCERY_POLICIES": str(tmp_path)}), outputs=False)


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
