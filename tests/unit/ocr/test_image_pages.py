from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from processors.config import Limits
from processors.formats.image import open_image
from processors.ocr.image_source import ImageSource, resolution, to_grey
from processors.ocr.picture import Picture, is_blank
from tests.corpus import make
from tests.unit.ocr.conftest import Read

WORDS = set(" ".join(make.LINES).split())


def picture(path: Path, media_type: str, limits: Limits | None = None) -> Picture:
    limits = limits or Limits()
    with open_image(path, media_type, limits) as image:
        read = ImageSource(image, limits).read(1)
    assert isinstance(read, Picture)
    return read


@pytest.mark.parametrize(
    ("size", "dpi", "expected"),
    [
        ((2550, 3300), (300, 300), (300, 300)),
        ((1728, 1078), (204, 98), (204, 98)),
        ((1275, 1650), (150, 150), (150, 150)),
        ((4032, 3024), (72, 72), (4032 / 11, 4032 / 11)),  # a camera's default
        ((850, 1100), (72, 72), (100, 100)),  # 15.3 inches at 72 dpi: more likely letter paper
        ((600, 800), (72, 72), (72, 72)),
        ((2550, 3300), (1, 1), (300, 300)),
        ((2550, 3300), (5000, 5000), (300, 300)),
        ((2550, 3300), None, (300, 300)),
    ],
)
def test_resolution_is_believed_only_if_it_can_be_true(
    size: tuple[int, int], dpi: tuple[int, int] | None, expected: tuple[float, float]
) -> None:
    image = Image.new("L", size)
    if dpi:
        image.info["dpi"] = dpi
    assert resolution(image) == pytest.approx(expected)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "RGBA", "LA", "I;16", "F"])
def test_every_mode_becomes_black_on_white(mode: str) -> None:
    base = make.scan(dpi=60)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(base).astype(np.uint16) * 257)
    elif mode in ("RGBA", "LA"):
        # Black everywhere: what is seen is the alpha.
        image = Image.new("LA", base.size)
        image.putalpha(ImageOps.invert(base))
        image = image.convert(mode)
    else:
        image = base.convert(mode)
    grey = np.asarray(to_grey(image)).astype(int)
    assert to_grey(image).mode == "L"
    assert np.abs(grey - np.asarray(base)).mean() < 8


def test_a_fax_gets_square_pixels(tmp_path: Path) -> None:
    path = tmp_path / "f.tif"
    make.scan(dpi=204).resize((1734, 588)).save(path, dpi=(204, 98))
    read = picture(path, "image/tiff")
    assert (read.width, read.height) == pytest.approx((612, 432), abs=1)
    assert read.image.size == pytest.approx((1734, 1224), abs=2)
    assert read.dpi == 204


def test_a_scan_keeps_its_pixels(tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    for dpi in (100, 250, 600):
        made = make.scan(dpi=dpi)
        made.save(path, dpi=(dpi, dpi))
        read = picture(path, "image/png")
        assert read.dpi == pytest.approx(dpi, abs=0.1)
        assert read.image.size == made.size
        assert (read.width, read.height) == pytest.approx((612, 432), abs=0.5)


def test_making_pixels_square_stays_within_the_pixel_limit(tmp_path: Path) -> None:
    path = tmp_path / "f.tif"
    make.scan(dpi=204).resize((1734, 588)).save(path, dpi=(204, 98))
    read = picture(path, "image/tiff", Limits(max_page_pixels=1_100_000))
    assert read.image.width * read.image.height <= 1_101_000
    assert (read.width, read.height) == pytest.approx((612, 432), abs=1)


def test_a_turned_photograph_is_read_upright(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "f.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right
    make.scan(dpi=200).transpose(Image.Transpose.ROTATE_90).save(path, dpi=(200, 200), exif=exif)
    (page,) = read(path)
    assert (page.width, page.height) == pytest.approx((612, 432), abs=1)
    assert len(WORDS - {word.text for word in page.words}) <= 2
    top = next(word for word in page.words if word.text == "applicant")
    assert top.box[1] == pytest.approx(0.8 * 72, abs=8)


def test_every_frame_of_a_tiff_is_a_page_and_thumbnails_are_not(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "f.tif"
    frames = [make.scan([f"Page number {word}"], dpi=150, inches=(8.5, 2)) for word in ("one", "two", "three")]
    frames[0].save(path, save_all=True, append_images=frames[1:], dpi=(150, 150))
    assert [page.text().split()[-1] for page in read(path)] == ["one", "two", "three"]


def test_blank_is_paper_with_specks_but_not_faint_print() -> None:
    paper = Image.effect_noise((2000, 2000), 6)
    assert is_blank(np.asarray(paper))
    faint = make.scan().point(lambda value: 200 + value * 55 // 255)
    assert not is_blank(np.asarray(faint))
    assert not is_blank(np.asarray(ImageOps.invert(make.scan())))
    assert not is_blank(np.asarray(make.scan(["ok"], dpi=100, inches=(8.5, 11))))
