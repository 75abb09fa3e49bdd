"""Pages read from their picture, whichever way they lie: words, and boxes against the places that are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from processors.ocr import tessdata, text_layer
from processors.ocr.engine import Orientation, PixelWord
from processors.ocr.picture import Picture
from processors.ocr.reading import Reader
from processors.ocr.tesserocr_engine import TesserocrEngine
from processors.pages import Box, Page
from tests.corpus import make
from tests.unit.ocr.requests import Scripted, sure, word

#: Words that occur once, so that a box can be found by its word.
NAMES = """
Aldershot Birmingham Canterbury Doncaster Eastbourne Folkestone Gloucester Huddersfield Ipswich Jarrow
Kettering Lancaster Maidstone Newcastle Oxford Portsmouth Queenborough Rotherham Sheffield Tewkesbury Uxbridge
Ventnor Winchester Yarmouth Zennor Abingdon Blackpool Chesterfield Darlington Evesham
""".split()
UPRIGHT = Orientation(0, 10.0, "Latin", 3.0)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(TesserocrEngine(tessdata.find(""), ("eng",)))


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Image.Image, dict[str, Box]]:
    """A page at 300 dpi, and where its words stand, in points, as its text layer says."""
    lines = [" ".join(NAMES[at : at + 3]) for at in range(0, len(NAMES), 3)]
    path = make.pdf(tmp_path_factory.mktemp("truth") / "f.pdf", [make.content(lines)])
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    boxes = {token.text: token.box for token in text_layer.tokens(page)}
    image = page.render(scale=300 / 72, grayscale=True).to_pil().copy()
    page.close()
    document.close()
    return image, boxes


def leaned(image: Image.Image, boxes: dict[str, Box], degrees: float) -> tuple[Image.Image, dict[str, Box]]:
    """The page fed into the scanner at an angle, clockwise; a box is the hull of the leaning one."""
    turned = image.rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    middle = np.array([306.0, 396.0])
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = {}
    for name, (x0, y0, x1, y1) in boxes.items():
        corners = (np.array([[x0, y0], [x1, y0], [x0, y1], [x1, y1]]) - middle) @ rotation.T + middle
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        found[name] = (float(left), float(top), float(right), float(bottom))
    return turned, found


def turned(image: Image.Image, boxes: dict[str, Box], turn: int) -> tuple[Image.Image, dict[str, Box]]:
    """The page laid into the scanner turned clockwise."""
    width, height = 612.0, 792.0
    ways: dict[int, tuple[Image.Transpose, Callable[[Box], Box]]] = {
        90: (Image.Transpose.ROTATE_270, lambda b: (height - b[3], b[0], height - b[1], b[2])),
        180: (Image.Transpose.ROTATE_180, lambda b: (width - b[2], height - b[3], width - b[0], height - b[1])),
        270: (Image.Transpose.ROTATE_90, lambda b: (b[1], width - b[2], b[3], width - b[0])),
    }
    transpose, place = ways[turn]
    return image.transpose(transpose), {name: place(box) for name, box in boxes.items()}


def picture(image: Image.Image, dpi: float = 300) -> Picture:
    return Picture(1, image.width / dpi * 72, image.height / dpi * 72, image, dpi)


def check(page: Page, boxes: dict[str, Box], tolerance: float) -> None:
    """Nearly every word was read, and each box lies within `tolerance` points of where its word stands."""
    found = {one.text: one.box for one in page.words if one.text in boxes}
    assert len(found) >= len(boxes) - 1
    for name, (x0, y0, x1, y1) in found.items():
        left, top, right, bottom = boxes[name]
        # The text layer's boxes reach from the font's ascent to its descent, an engine's hug the ink.
        assert (x0, x1) == pytest.approx((left, right), abs=tolerance), name
        assert top - tolerance <= y0 < y1 <= bottom + tolerance, name
        assert y1 - y0 >= (bottom - top) * 0.4, name


def test_an_upright_page(reader: Reader, truth: tuple[Image.Image, dict[str, Box]]) -> None:
    page = reader.read(picture(truth[0]))
    check(page, truth[1], 1.5)
    assert (page.turned, page.skew, page.language, page.notes) == (0, 0.0, "eng", ())


@pytest.mark.parametrize("degrees", [-3.0, -1.0, 0.8, 2.5, 5.0])
def test_a_leaning_page(reader: Reader, truth: tuple[Image.Image, dict[str, Box]], degrees: float) -> None:
    image, boxes = leaned(*truth, degrees)
    page = reader.read(picture(image))
    check(page, boxes, 2.5)
    assert page.skew == pytest.approx(degrees, abs=0.25)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(
    reader: Reader, truth: tuple[Image.Image, dict[str, Box]], turn: int
) -> None:
    image, boxes = turned(*truth, turn)
    page = reader.read(picture(image))
    assert page.turned == (360 - turn) % 360
    found = {one.text for one in page.words}
    assert len(found & set(boxes)) >= len(boxes) - 1
    assert page.text().split()[0] == NAMES[0]
    for one in page.words:
        if one.text in boxes:
            inner, outer = one.box, boxes[one.text]
            assert all(outer[at] - 1.5 <= inner[at] for at in (0, 1))
            assert all(inner[at] <= outer[at] + 1.5 for at in (2, 3))


@pytest.mark.parametrize("dpi", [100, 150, 600])
def test_a_rescaled_page(reader: Reader, truth: tuple[Image.Image, dict[str, Box]], dpi: int) -> None:
    size = round(8.5 * dpi), round(11 * dpi)
    page = reader.read(picture(truth[0].resize(size, Image.Resampling.LANCZOS), dpi))
    check(page, truth[1], 2.0)
    assert page.scale == pytest.approx(dpi / 72)


def test_a_turned_and_leaning_small_page(reader: Reader, truth: tuple[Image.Image, dict[str, Box]]) -> None:
    leaning, boxes = leaned(*truth, 2.0)
    image, boxes = turned(leaning, boxes, 180)
    page = reader.read(picture(image.resize((1275, 1650), Image.Resampling.LANCZOS), 150))
    assert page.turned == 180
    check(page, boxes, 2.5)


def test_a_pale_page(reader: Reader, truth: tuple[Image.Image, dict[str, Box]]) -> None:
    image = truth[0].point(lambda value: 215 + value * 40 // 255)
    check(reader.read(picture(image)), truth[1], 1.5)


class NeverInverted(TesserocrEngine):
    """Tesseract without a second look at lines that it is unsure of."""

    def recognise(
        self, image: Image.Image, dpi: int, language: str, *, inverted: bool = True, block: bool = False
    ) -> list[PixelWord]:
        return super().recognise(image, dpi, language, inverted=False)


def test_a_heading_in_white_on_black_is_read(reader: Reader, truth: tuple[Image.Image, dict[str, Box]]) -> None:
    heading = "Application for Annual Leave"
    image = truth[0].copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((250, 2000, 2100, 2110), fill=0)
    draw.text((300, 2020), heading, font=ImageFont.truetype(make.FONT, 60), fill=255)
    # Whether Tesseract inverts is all that differs.
    assert heading in reader.read(picture(image)).text()
    missed = Reader(NeverInverted(tessdata.find(""), ("eng",))).read(picture(image)).text()
    assert not set(heading.split()) & set(missed.split())


@pytest.mark.parametrize("heading", [False, True])
def test_only_pages_with_light_print_are_inverted(truth: tuple[Image.Image, dict[str, Box]], heading: bool) -> None:
    image = truth[0].copy()
    if heading:
        draw = ImageDraw.Draw(image)
        draw.rectangle((250, 2000, 2100, 2110), fill=0)
        draw.text((300, 2020), "Application", font=ImageFont.truetype(make.FONT, 60), fill=255)
    engine = Scripted(sure(), orientation=UPRIGHT)
    Reader(engine).read(picture(image))
    assert engine.inverted == [heading]


def test_a_page_on_its_head_is_asked_about_first_and_recognised_once(
    truth: tuple[Image.Image, dict[str, Box]],
) -> None:
    head = truth[0].transpose(Image.Transpose.ROTATE_180)
    engine = Scripted(sure(), orientation=Orientation(180, 10.0, "Latin", 3.0))
    page = Reader(engine).read(picture(head))
    assert (page.turned, len(engine.calls), engine.asked_for_orientation) == (180, 1, 1)


def test_a_page_that_only_seems_to_stand_on_its_head_stays(truth: tuple[Image.Image, dict[str, Box]]) -> None:
    head = truth[0].transpose(Image.Transpose.ROTATE_180)
    engine = Scripted(sure(), orientation=UPRIGHT)
    page = Reader(engine).read(picture(head))
    assert (page.turned, len(engine.calls), engine.asked_for_orientation) == (0, 1, 1)


def test_a_dense_page_that_is_read_well_costs_one_recognition(truth: tuple[Image.Image, dict[str, Box]]) -> None:
    engine = Scripted(sure(), orientation=UPRIGHT)
    Reader(engine).read(picture(truth[0]))
    assert (len(engine.calls), engine.asked_for_orientation) == (1, 0)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ([], [word("found", 0.9)], "found"),
        ([word("x", 0.3)] * 200, [word("found", 0.8)], "found"),
        ([word("pale", 0.65), word("x", 0.1)], [], "pale"),
    ],
)
def test_a_page_that_gave_little_is_looked_at_again_with_stronger_ink(
    truth: tuple[Image.Image, dict[str, Box]], first: list[object], second: list[object], kept: str
) -> None:
    engine = Scripted(first, second, orientation=UPRIGHT)  # type: ignore[arg-type]
    page = Reader(engine).read(picture(truth[0]))
    assert not engine.answers
    assert page.words[0].text == kept


def test_a_blank_page_is_not_recognised() -> None:
    engine = Scripted()
    page = Reader(engine).read(picture(Image.new("L", (2550, 3300), 250)))
    assert (page.source, page.words, page.engine) == ("blank", (), "scripted 1")
