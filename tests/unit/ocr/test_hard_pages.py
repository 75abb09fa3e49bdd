"""Hard pages put before a model: questions first, then the answers beside the pages of the first call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from processors.agencies import Policies, Policy
from processors.config import Limits
from processors.ocr.engine import Orientation
from processors.ocr.stage import Ocr
from processors.pages import Page, Word, read_pages
from processors.stage import Done, Outcome, Question
from tests.corpus import make
from tests.unit.ocr.requests import Scripted, request, sure, word


class Model:
    """Asks about pages of low confidence; what it is told becomes the page's one word."""

    def __init__(self, *, deadly: str = "") -> None:
        self.sizes: list[tuple[int, int]] = []
        self.pictures: list[Image.Image] = []
        self._deadly = deadly

    def wanted(self, page: Page) -> bool:
        return page.source == "ocr" and page.confidence < 0.5

    def question(self, page: Page, picture: Image.Image, scratch: Path) -> Question:
        if self._deadly == "question":
            raise KeyboardInterrupt
        self.sizes.append(picture.size)
        self.pictures.append(picture.copy())
        return Question(f"page-{page.number:05}", page.number, scratch / f"{page.number}.png")

    def merged(self, page: Page, untrusted_text: str) -> Page:
        if self._deadly == "merged":
            raise KeyboardInterrupt
        read = Word(untrusted_text, (0, 0, 0, 0), 0.5, 0, 0)
        return replace(page, source="model", engine="model 1", words=(read,))


HARD = [word("x", 0.1)] * 200


def engine() -> Scripted:
    """Three pages, of which the second and third are hard; each hard one is looked at twice."""
    return Scripted(sure(), HARD, HARD, HARD, HARD)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    path = tmp_path / "f.tif"
    frames = [make.scan(make.LINES, dpi=dpi) for dpi in (200, 210, 220)]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(200, 200))
    return path


def pages(outcome: Outcome) -> list[Page]:
    assert isinstance(outcome, Done)
    return list(read_pages(outcome.artefacts[0].path))


def test_hard_pages_are_asked_about_and_answers_merged(scans: Path, tmp_path: Path) -> None:
    model = Model()
    first = Ocr(engine(), Limits(), escalation=model).process(request(scans, tmp_path, pages=3))
    assert isinstance(first, Done)
    asked = [(one.name, one.page) for one in first.questions if isinstance(one, Question)]
    assert asked == [("page-00002", 2), ("page-00003", 3)]
    assert len(first.questions) == 2
    assert (first.events, first.artefacts) == ((), ())
    assert model.sizes == [make.scan(dpi=210).size, make.scan(dpi=220).size]
    answer = tmp_path / "answer"
    answer.write_bytes(b"read by a model \xff")
    # A second call recognises nothing: the engine has no more to say.
    again = Ocr(Scripted(), Limits(), escalation=model).process(
        request(scans, tmp_path, pages=3, answers={"page-00002": answer})
    )
    one, two, three = pages(again)
    assert (one.source, two.source, three.source) == ("ocr", "model", "ocr")
    assert two.words[0].text.startswith("read by a model")
    assert (one.notes, two.notes, three.notes) == ((), (), ("not_escalated",))
    assert isinstance(again, Done)
    assert again.events[-1].data.notes == ("not_escalated",)
    assert again.engine == "model 1 + scripted 1"


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_model_is_shown_the_page_upright(tmp_path: Path, turned: int) -> None:
    upright = make.scan(make.LINES * 3, dpi=200)
    path = tmp_path / "f.png"
    # Pillow turns counter-clockwise: a page that must be turned clockwise to be upright.
    upright.rotate(turned, expand=True).save(path, dpi=(200, 200))
    model = Model()
    said = Orientation(turned, 10.0, "Latin", 10.0)
    # A little is read once the page is turned; it is hard all the same.
    engine = Scripted(HARD, [word("sure", 0.9), *HARD], HARD, orientation=said)
    first = Ocr(engine, Limits(), escalation=model).process(request(path, tmp_path))
    assert isinstance(first, Done)
    assert [page.turned for page in read_pages(tmp_path / "pages.jsonl")] == [turned]
    (shown,) = model.pictures
    assert (shown.size, shown.tobytes()) == (upright.size, upright.tobytes())


def test_a_page_without_any_answer_keeps_its_words(scans: Path, tmp_path: Path) -> None:
    stage = Ocr(engine(), Limits(), escalation=Model())
    stage.process(request(scans, tmp_path, pages=3))
    read = pages(stage.process(request(scans, tmp_path, pages=3)))
    assert [page.notes for page in read] == [(), ("not_escalated",), ("not_escalated",)]
    assert read[1].words[0].text == "x"


@pytest.mark.parametrize("deadly", ["question", "merged"])
def test_asking_and_merging_may_die(scans: Path, tmp_path: Path, deadly: str) -> None:
    answer = tmp_path / "answer"
    answer.write_text("read")
    stage = Ocr(engine(), Limits(), escalation=Model(deadly=deadly))
    answers: dict[str, Path] = {}
    with pytest.raises(KeyboardInterrupt):
        if isinstance(stage.process(request(scans, tmp_path, pages=3)), Done):
            answers = {"page-00002": answer, "page-00003": answer}
            stage.process(request(scans, tmp_path, pages=3, answers=answers))
    read = pages(stage.process(request(scans, tmp_path, pages=3, died="crashed", answers=answers)))
    assert [page.source for page in read] == ["ocr"] * 3
    assert [page.notes for page in read] == [(), ("not_escalated",), ("not_escalated",)]


def test_nothing_is_asked_for_an_agency_that_forbids_it(scans: Path, tmp_path: Path) -> None:
    policies = Policies({"a": Policy(escalate=False)})
    stage = Ocr(engine(), Limits(), policies=policies, escalation=Model())
    assert [page.notes for page in pages(stage.process(request(scans, tmp_path, pages=3)))] == [(), (), ()]


def test_a_document_without_hard_pages_is_done_at_once(scans: Path, tmp_path: Path) -> None:
    stage = Ocr(Scripted(sure(), sure(), sure()), Limits(), escalation=Model())
    assert len(pages(stage.process(request(scans, tmp_path, pages=3)))) == 3
