from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from processors.commands.badges import HEIGHT, WIDTH, Area, places
from processors.commands.evidence_picture import best_page, draw, elsewhere, picture_of, proofs, web_page
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


def test_what_stands_elsewhere_is_told() -> None:
    evidence = {"a": proof(1), "b": proof(2), "c": proof(3), "d": proof(3), "e": proof(0, "missing")}
    values = [(path, "x") for path in evidence]
    assert elsewhere(values, evidence, 1) == "1 more field on page 2, 2 more fields on page 3"
    assert elsewhere(values[:1], evidence, 1) == ""
    made = web_page(Image.new("RGB", (400, 200)), PAGE, proofs(values, evidence, 1), "t", "1 more <field>")
    assert "1 more &lt;field&gt;" in made


def overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 1), (6, 4), (9, 9)])
def test_a_badge_covers_no_box_and_no_other_badge(rows: int, columns: int) -> None:
    boxes = [
        (60.0 + 90 * x, 40.0 + 26 * y, 140.0 + 90 * x, 62.0 + 26 * y) for x in range(columns) for y in range(rows)
    ]
    corners = places(Image.new("RGB", (1000, 600), "white"), boxes, boxes)
    badges = [(x, y, x + WIDTH, y + HEIGHT) for x, y in corners]
    assert all(x >= 0 and y >= 0 and r <= 1000 and b <= 600 for x, y, r, b in badges)
    for number, badge in enumerate(badges):
        others = boxes + badges[:number]
        assert not [other for other in others if overlap(badge, other)], number


def test_a_badge_keeps_off_words_where_there_is_room() -> None:
    picture = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(picture).text((100, 70), "words " * 9, fill="black", font=ImageFont.load_default(17))
    ((_, y),) = places(picture, [(100.0, 90.0, 180.0, 110.0)], [(100.0, 90.0, 180.0, 110.0)])
    assert y >= 90


def test_a_picture_smaller_than_a_badge() -> None:
    assert places(Image.new("RGB", (10, 10)), [(1.0, 1.0, 9.0, 9.0)], []) == [(0, 0)]
