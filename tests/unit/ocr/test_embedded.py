"""A scan that fills its page is drawn dot by dot, exactly as it was scanned; anything else as a page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Name
from PIL import Image

from processors.config import Limits
from processors.ocr.embedded import scan_size
from processors.ocr.pdf_source import PdfSource
from processors.ocr.picture import Picture
from tests.corpus import make

SIZE = (612.0, 432.0)
PLACED = b"q 612 0 0 432 0 0 cm /I1 Do Q "


def picture(path: Path) -> Picture:
    document = pypdfium2.PdfDocument(path)
    try:
        read = PdfSource(document, Limits()).read(1)
        assert isinstance(read, Picture)
        return read
    finally:
        document.close()


def size(path: Path) -> tuple[int, int] | None:
    document = pypdfium2.PdfDocument(path)
    try:
        return scan_size(document[0], Limits())
    finally:
        document.close()


def scan_pdf(path: Path, scan: Image.Image | None = None, **page: pikepdf.Object | int) -> Path:
    return make.pdf(path, [b""], size=SIZE, page=page, background=scan or make.scan(dpi=150))


def edited(path: Path, contents: bytes) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Contents = document.make_stream(contents)
        document.save(path)
    return path


@pytest.mark.parametrize(
    ("rotate", "turned"),
    [
        (0, None),
        (90, Image.Transpose.ROTATE_270),
        (180, Image.Transpose.ROTATE_180),
        (270, Image.Transpose.ROTATE_90),
    ],
)
def test_each_dot_becomes_one_pixel(tmp_path: Path, rotate: int, turned: Image.Transpose | None) -> None:
    scan = make.scan(dpi=150)
    read = picture(scan_pdf(tmp_path / "f.pdf", scan, **{"/Rotate": rotate}))
    expected = scan if turned is None else scan.transpose(turned)
    assert read.dpi == pytest.approx(150)
    assert read.image.size == expected.size
    # At most the rounding of grey levels.
    assert np.abs(np.asarray(read.image).astype(int) - np.asarray(expected)).max() <= 2


@pytest.mark.parametrize("inverted", [False, True])
def test_black_and_white_scans_keep_their_sense(tmp_path: Path, inverted: bool) -> None:
    bits = make.scan(dpi=150).convert("1")
    path = scan_pdf(tmp_path / "f.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        drawn = document.pages[0].Resources.XObject.I1
        drawn.write(np.packbits(np.asarray(bits) ^ inverted, axis=1).tobytes())
        drawn.BitsPerComponent = 1
        if inverted:
            drawn.Decode = Array([1, 0])
        document.save(path)
    read = picture(path)
    assert read.dpi == pytest.approx(150)
    assert np.array_equal(np.asarray(read.image) > 128, np.asarray(bits))


def test_a_mask_is_kept(tmp_path: Path) -> None:
    path = scan_pdf(tmp_path / "f.pdf", Image.new("L", (1275, 900), 0))
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        mask = document.make_stream(b"\x00", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        mask.ColorSpace, mask.BitsPerComponent = Name.DeviceGray, 8
        document.pages[0].Resources.XObject.I1.SMask = mask
        document.save(path)
    assert np.asarray(picture(path).image).min() == 255


def test_an_invisible_text_layer_does_not_show(tmp_path: Path) -> None:
    layer = make.content(["Wrong"], mode=3)
    path = make.pdf(tmp_path / "f.pdf", [layer], size=SIZE, background=make.scan(dpi=150))
    assert size(path) == (1275, 900)


@pytest.mark.parametrize(
    "contents",
    [
        PLACED + make.content(["A stamp that shows"], top=300),
        PLACED + b"0 0 100 100 re f ",
        PLACED + PLACED,
        b"q 306 0 0 432 0 0 cm /I1 Do Q ",
        b"q 612 0 0 -432 0 432 cm /I1 Do Q ",
        b"q -612 0 0 432 612 0 cm /I1 Do Q ",
        b"q 600 60 -60 420 10 5 cm /I1 Do Q ",
        b"",
    ],
    ids=["stamp", "drawing", "two", "half", "upside-down", "mirrored", "askew", "none"],
)
def test_a_page_that_shows_more_or_less_is_drawn_as_a_page(tmp_path: Path, contents: bytes) -> None:
    assert size(edited(scan_pdf(tmp_path / "f.pdf"), contents)) is None


@pytest.mark.parametrize("scan", [make.scan(dpi=150).resize((1275, 450)), make.scan(dpi=60), make.scan(dpi=600)])
def test_dots_that_are_not_square_or_too_coarse_or_fine(tmp_path: Path, scan: Image.Image) -> None:
    assert size(scan_pdf(tmp_path / "f.pdf", scan)) is None


def test_a_cropped_scan_is_drawn_as_a_page(tmp_path: Path) -> None:
    assert size(scan_pdf(tmp_path / "f.pdf", None, **{"/CropBox": Array([100, 100, 500, 400])})) is None
