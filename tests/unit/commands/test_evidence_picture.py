from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from processors.commands.evidence_picture import best_page, draw, picture_of, proofs, web_page
from processors.events import Evidence
from processors.pages import Page

PAGE = Page(1, 200, 100, 2.0, "ocr", "tesserocr", "eng", ())


def proof(page: int = 1, verdict: str = "verbatim", text: str = "A & B") -> Evidence:
    boxes = ((20, 30, 60, 40),) if page else ()
    return Evidence.model_validate(
        {"page": page, "boxes": boxes, "text": text, "verdict": verdict, "confidence": 0.9}
    )


def test_the_page_with_most_proofs_is_drawn() -> None:
    assert best_page({"a": proof(2), "b": proof(2), "c": proof(1), "d": proof(0, "missing")}) == 2
    assert best_page({"a": proof(2), "b": proof(1)}) == 1
    assert best_page({"d": proof(0, "missing")}) == 0


def test_only_what_stands_on_the_page_is_drawn() -> None:
    values = [("a", "x"), ("b", "y"), ("c", None), ("unproven", "z")]
    found = proofs(values, {"a": proof(1), "b": proof(2), "c": proof(0, "missing")}, 1)
    assert [one.path for one in found] == ["a"]


@pytest.mark.parametrize("size", [(400, 200), (1000, 500)])
def test_a_box_is_where_the_words_are_at_any_resolution(size: tuple[int, int]) -> None:
    found = proofs([("a", "x")], {"a": proof()}, 1)
    drawn = draw(Image.new("RGB", size, "white"), PAGE, found, "title \u202e")
    assert drawn.getpixel((2 * 40, 2 * 30 - 3)) == (0x16, 0x80, 0x3C)
    assert drawn.getpixel((2 * 40, 2 * 35)) == (255, 255, 255)


def test_the_web_page_escapes_what_the_document_says() -> None:
    found = proofs([("a", "<script>\u202e")], {"a": proof(text="<b>")}, 1)
    made = web_page(Image.new("RGB", (400, 200)), PAGE, found, "<title>")
    assert "<script" not in made and "<b>" not in made and "\u202e" not in made
    assert "left:10.000%;top:30.000%;width:20.000%;height:10.000%" in made


def test_pages_of_pdfs_and_of_pictures(tmp_path: Path) -> None:
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(100, 100)
    pdf.new_page(200, 100)
    pdf.save(tmp_path / "a.pdf")
    assert picture_of(tmp_path / "a.pdf", "application/pdf", 2).size == (400, 200)
    frames = [Image.new("1", (10, 10)), Image.new("1", (20, 10))]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    assert picture_of(tmp_path / "a.tif", "image/tiff", 2).size == (20, 10)
