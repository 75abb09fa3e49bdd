"""A document of which only the pixels are trusted: neither its text layer nor anything that acts goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from processors.agencies import PIXELS_ONLY
from processors.config import Limits, load
from processors.ocr import flattened
from processors.ocr.stage import build
from processors.pages import read_pages
from processors.stage import Done, Stage
from tests.corpus import make
from tests.unit.ocr.requests import request


@pytest.fixture(scope="module")
def stage() -> Stage:
    return build(load({}))


def acting(path: Path, pages: int = 1) -> Path:
    """Pages with a good text layer, a script and an attached file."""
    lines = [make.content(make.LINES)] * pages
    with pikepdf.open(make.pdf(path.with_suffix(".plain"), lines)) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.attachments["a.exe"] = b"MZ"
        document.save(path)
    return path


def outputs(stage: Stage, folder: Path, notes: tuple[str, ...]) -> dict[str, Path]:
    (folder / "scratch").mkdir(parents=True)
    work = request(acting(folder / "f.pdf"), folder / "scratch")
    data = work.event.data.model_copy(update={"notes": notes})
    done = stage.process(replace(work, event=make.event(data)))
    assert isinstance(done, Done)
    return {artefact.role: artefact.path for artefact in done.artefacts}


def holds(pdf: Path) -> bytes:
    """All that stands in its dictionaries."""
    with pikepdf.open(pdf) as document:
        return b"\n".join(
            (one.stream_dict if isinstance(one, pikepdf.Stream) else one).unparse(resolved=True)
            for one in document.objects
            if isinstance(one, pikepdf.Stream | pikepdf.Dictionary | pikepdf.Array)
        )


def test_words_come_from_the_picture_and_the_searchable_pdf_is_one(stage: Stage, tmp_path: Path) -> None:
    made = outputs(stage, tmp_path, ("active_content:javascript", PIXELS_ONLY))
    (page,) = read_pages(made["pages"])
    assert page.source == "ocr"
    assert "annual report" in made["text"].read_text()
    held = holds(made["searchable"])
    assert not any(word in held for word in (b"JavaScript", b"/EF", b"Helvetica", b"/OpenAction"))
    assert b"/DCTDecode" in held
    with pypdfium2.PdfDocument(made["searchable"]) as pdf:
        found = pdf[0].get_textpage().get_text_range()
    assert "annual report" in found


def test_without_the_note_the_layer_is_read_and_the_pages_stay(stage: Stage, tmp_path: Path) -> None:
    """The control: it is the note that makes the difference."""
    made = outputs(stage, tmp_path, ())
    (page,) = read_pages(made["pages"])
    assert page.source == "text_layer"
    assert b"Helvetica" in holds(made["searchable"])


def test_a_page_that_cannot_be_drawn_is_blank_and_all_are_there(tmp_path: Path) -> None:
    file = acting(tmp_path / "f.pdf", pages=3)
    limits = replace(Limits(), max_page_points=700)
    out = flattened.flatten(file, tmp_path / "out.pdf", tmp_path, limits)
    with pikepdf.open(out) as document:
        assert len(document.pages) == 3
        assert all("/XObject" not in page.obj.Resources for page in document.pages)
