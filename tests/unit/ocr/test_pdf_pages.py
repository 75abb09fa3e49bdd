"""Real PDF pages: which way they are read, and that boxes lie on the ink."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from processors.pages import Page
from tests.corpus import make
from tests.unit.ocr.conftest import Read

WORDS = " ".join(make.LINES).split()


def darkness(path: Path, page: Page) -> tuple[float, float]:
    """Mean darkness inside and outside the page's boxes, as pdfium renders it."""
    document = pypdfium2.PdfDocument(path)
    pixels = 255 - np.asarray(document[page.number - 1].render(scale=2, grayscale=True).to_pil()).astype(float)
    document.close()
    assert pixels.shape == pytest.approx((page.height * 2, page.width * 2), abs=1)
    inside = np.zeros(pixels.shape, dtype=bool)
    for word in page.words:
        x0, y0, x1, y1 = (round(value * 2) for value in word.box)
        inside[y0:y1, x0:x1] = True
    return float(pixels[inside].mean()), float(pixels[~inside].mean())


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_text_layer_boxes_lie_on_the_ink_however_the_page_is_turned(
    tmp_path: Path, read: Read, rotate: int
) -> None:
    crop = Array([30, 50, 580, 780])
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)], page={"/Rotate": rotate, "/CropBox": crop})
    (page,) = read(path)
    assert (page.source, page.engine, page.scale) == ("text_layer", "pdfium", 1.0)
    assert (page.width, page.height) == ((550, 730) if rotate % 180 == 0 else (730, 550))
    assert sorted(word.text for word in page.words) == sorted(WORDS)
    assert {word.confidence for word in page.words} == {1.0}
    inside, outside = darkness(path, page)
    assert inside > 20 > 0.5 > outside


def test_a_landscape_page_that_is_stored_upright_is_read_in_order(tmp_path: Path, read: Read) -> None:
    # What printer drivers make: text drawn sideways on a portrait sheet, and /Rotate to turn it back.
    drawn = b"q 0 1 -1 0 612 -50 cm " + make.content(make.LINES, top=500) + b" Q"
    path = make.pdf(tmp_path / "f.pdf", [drawn], page={"/Rotate": 90})
    (page,) = read(path)
    assert (page.width, page.height) == (792, 612)
    assert page.text() == "\n".join(make.LINES)
    inside, outside = darkness(path, page)
    assert inside > 20 > 0.5 > outside


def test_lines_follow_the_page(tmp_path: Path, read: Read) -> None:
    (page,) = read(make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)]))
    assert page.text() == "\n".join(make.LINES)
    assert [line[0].line for line in page.lines()] == [0, 1, 2, 3, 4]
    assert {word.block for word in page.words} == {0}


def test_a_scan_is_recognised_and_boxes_lie_on_the_ink(tmp_path: Path, read: Read) -> None:
    image = make.scan(inches=(8.5, 4))
    path = make.pdf(tmp_path / "f.pdf", [b""], size=(612, 288), background=image)
    (page,) = read(path)
    assert (page.source, page.language) == ("ocr", "eng")
    assert page.scale == pytest.approx(300 / 72)
    assert len(set(WORDS) - {word.text for word in page.words}) <= 2
    assert page.confidence > 0.85
    inside, outside = darkness(path, page)
    assert inside > 20 > 1 > outside


def test_an_invisible_layer_over_a_scan_is_not_believed(tmp_path: Path, read: Read) -> None:
    image = make.scan(inches=(8.5, 4))
    layer = make.content(["Wrong words by another engine that nobody can see on this page"] * 5, mode=3, top=200)
    (page,) = read(make.pdf(tmp_path / "f.pdf", [layer], size=(612, 288), background=image))
    assert page.source == "ocr"
    assert "Registrant:" in page.text() and "Wrong" not in page.text()


def test_a_stamp_on_a_scan_does_not_stand_for_the_scan(tmp_path: Path, read: Read) -> None:
    stamp = make.content(["Case 4:08-cv-02214 Document 26 Filed 01/29/2009"], top=20)
    path = make.pdf(tmp_path / "f.pdf", [stamp], size=(612, 288), background=make.scan(inches=(8.5, 4)))
    (page,) = read(path)
    assert page.source == "ocr"
    assert "Registrant:" in page.text() and "Filed" in page.text()


def test_words_that_nobody_can_see_are_left_out(tmp_path: Path, read: Read) -> None:
    hidden = b" 1 1 1 rg " + make.content(["Pay"], top=300) + make.content(["Mallory"], mode=3, top=200)
    (page,) = read(make.pdf(tmp_path / "f.pdf", [make.content(make.LINES) + hidden]))
    assert page.source == "text_layer"
    assert [word.text for word in page.words] == WORDS


def test_what_was_typed_into_a_form_is_read(tmp_path: Path, read: Read) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        page = document.pages[0]
        drawn = document.make_stream(
            b"/Tx BMC BT /F1 12 Tf 2 4 Td (Margaret Ellsworth) Tj ET EMC",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 200, 20]),
            Resources=page.Resources,
        )
        field = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=pikepdf.String("name"),
                V=pikepdf.String("Margaret Ellsworth"),
                Rect=Array([72, 400, 272, 420]),
                F=4,
                AP=Dictionary(N=drawn),
            )
        )
        page.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]))
        document.save(path)
    (read_page,) = read(path)
    assert read_page.source == "text_layer"
    name = [word for word in read_page.words if word.text in ("Margaret", "Ellsworth")]
    assert len(name) == 2
    assert name[0].box[0] == pytest.approx(74, abs=2) and 372 <= name[0].box[1] < name[0].box[3] <= 394


def test_an_empty_page_is_blank(tmp_path: Path, read: Read) -> None:
    first, second = read(make.pdf(tmp_path / "f.pdf", [b"", make.content(make.LINES)]))
    assert (first.source, first.words, second.source) == ("blank", (), "text_layer")


def test_garbled_text_is_recognised_from_its_picture(tmp_path: Path, read: Read) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        # A character map that sends every letter into the private use area, as broken converters write it.
        cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange"
        font = document.pages[0].Resources.Font.F1
        font.ToUnicode = document.make_stream(b"begincmap " + cmap + b" endcmap")
        document.save(path)
    (page,) = read(path)
    assert page.source == "ocr"
    assert "Registrant:" in page.text()


def test_the_box_of_a_word_holds_letters_that_stand_higher(tmp_path: Path, read: Read) -> None:
    raised = b" BT /F1 12 Tf 72 300 Td (level abc) Tj 4 Ts (d) Tj ET"
    (page,) = read(make.pdf(tmp_path / "f.pdf", [make.content(make.LINES) + raised]))
    plain, last = page.words[-2].box, page.words[-1].box
    assert page.words[-1].text == "abcd"
    assert last[3] - last[1] == pytest.approx(plain[3] - plain[1] + 4, abs=0.1)


def test_a_hyphen_at_the_end_of_a_line_and_letters_of_two_halves_are_read(tmp_path: Path, read: Read) -> None:
    path = make.pdf(tmp_path / "f.pdf", [make.content(["The appli-", "cant filed 7 reports.", *make.LINES])])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        cmap = (
            b"1 begincodespacerange <00> <ff> endcodespacerange "
            b"2 beginbfrange <20> <36> <0020> <38> <7e> <0038> endbfrange 1 beginbfchar <37> <d835dfd5> endbfchar"
        )
        font = document.pages[0].Resources.Font.F1
        font.ToUnicode = document.make_stream(b"begincmap " + cmap + b" endcmap")
        document.save(path)
    (page,) = read(path)
    assert [word.text for word in page.words[:5]] == ["The", "appli-cant", "filed", "\U0001d7d5", "reports."]
