"""The searchable PDF of an image: the picture as it came, or without loss."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageOps, TiffImagePlugin

from processors.ocr.binding import Bound, Remark
from tests.unit.ocr.binding.make import bound, difference, jpeg, page, picture, rendered, searchable, text_of, word

WORDS = (word("Something", (20.0, 40.0, 90.0, 52.0)),)
#: 400 x 600 pixels on 200 x 300 points: rendered at this scale, a pixel is a pixel
SCALE = 2.0
ORIENTATION = 0x0112


def made_of(tmp_path: Path, name: str, data: bytes, media_type: str) -> Bound:
    source = tmp_path / name
    source.write_bytes(data)
    made = bound(tmp_path, source, media_type, page(WORDS))
    assert text_of(searchable(made)) == "Something"
    return made


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def stored(made: Bound) -> tuple[bytes, pikepdf.Dictionary]:
    with pikepdf.open(searchable(made)) as pdf:
        shown = pdf.pages[0].Resources.XObject.Picture
        return shown.read_raw_bytes(), pikepdf.Dictionary(
            {key: value for key, value in shown.items() if key != "/Length"}
        )


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_is_carried_as_it_is(tmp_path: Path, mode: str) -> None:
    data = jpeg(picture(mode=mode))
    made = made_of(tmp_path, "a.jpg", data, "image/jpeg")
    assert stored(made)[0] == data
    assert made.notes == ()
    # Two decoders of one JPEG round differently.
    with Image.open(io.BytesIO(data)) as image:
        assert difference(rendered(searchable(made), scale=SCALE), image.convert("RGB")) <= 8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_is_turned_by_the_page_and_not_by_decoding(tmp_path: Path, orientation: int) -> None:
    upright = picture(mode="RGB")
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    size = (400, 600) if orientation < 5 else (600, 400)
    data = saved(upright.resize(size), "JPEG", quality=95, exif=exif)
    made = made_of(tmp_path, "a.jpg", data, "image/jpeg")
    assert stored(made)[0] == data
    with Image.open(io.BytesIO(data)) as image:
        wanted = ImageOps.exif_transpose(image)
    shown = rendered(searchable(made), scale=SCALE)
    assert np.abs(np.asarray(shown, np.int16) - np.asarray(wanted.convert("RGB"), np.int16)).mean() < 2.0


def test_a_cmyk_jpeg_of_a_print_shop_is_not_inverted(tmp_path: Path) -> None:
    """Pillow writes CMYK as Adobe does: marked, and with inverted ink."""
    data = saved(picture(mode="CMYK"), "JPEG", quality=95)
    made = made_of(tmp_path, "a.jpg", data, "image/jpeg")
    assert stored(made)[0] == data
    assert made.notes == (Remark.NOT_ARCHIVAL_COLOURS,)
    red, green, blue = np.asarray(rendered(searchable(made), scale=SCALE))[50, 50]
    assert red > 150 > max(green, blue)
    assert np.asarray(rendered(searchable(made), scale=SCALE))[590, 5].min() > 245


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P", "I;16"])
def test_a_png_gives_its_compressed_rows(tmp_path: Path, mode: str) -> None:
    image = picture(mode="L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image, np.uint16) * 257)
    made = made_of(tmp_path, "a.png", saved(image, "PNG"), "image/png")
    assert made.notes == ()
    data, entries = stored(made)
    assert data in (tmp_path / "a.png").read_bytes()
    assert entries.DecodeParms.Predictor == 15
    wanted = picture(mode="L").convert("RGB") if mode == "I;16" else image.convert("RGB")
    assert difference(rendered(searchable(made), scale=SCALE), wanted) <= 1


def test_png_rows_in_many_chunks_are_put_together(tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (600, 400, 3), np.uint8))
    data = saved(noise, "PNG")
    assert data.count(b"IDAT") > 1
    made = made_of(tmp_path, "a.png", data, "image/png")
    assert difference(rendered(searchable(made), scale=SCALE), noise) == 0


def test_see_through_pictures_are_laid_on_white(tmp_path: Path) -> None:
    image = picture(mode="RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    made = made_of(tmp_path, "a.png", saved(image, "PNG"), "image/png")
    assert made.notes == (Remark.PICTURES_DECODED, Remark.PICTURES_REDUCED)
    assert rendered(searchable(made)).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize(
    ("kind", "media_type"), [("WEBP", "image/webp"), ("BMP", "image/bmp"), ("TIFF", "image/tiff")]
)
def test_other_pictures_are_stored_again_without_loss(tmp_path: Path, kind: str, media_type: str) -> None:
    data = saved(picture(mode="RGB"), kind)
    made = made_of(tmp_path, "a.bin", data, media_type)
    assert made.notes == (Remark.PICTURES_DECODED,)
    with Image.open(io.BytesIO(data)) as image:
        assert difference(rendered(searchable(made), scale=SCALE), image.convert("RGB")) == 0


def test_a_fax_of_one_strip_is_carried_as_it_is(tmp_path: Path) -> None:
    data = saved(picture(mode="1"), "TIFF", compression="group4", tiffinfo={278: 600})
    made = made_of(tmp_path, "a.tif", data, "image/tiff")
    assert made.notes == ()
    with Image.open(io.BytesIO(data)) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        (at,), (length,) = image.tag_v2[273], image.tag_v2[279]
    assert stored(made)[0] == data[at : at + length]
    assert difference(rendered(searchable(made), scale=SCALE), picture(mode="1").convert("RGB")) == 0


@pytest.mark.parametrize("compression", ["group3", "raw", "tiff_lzw"])
def test_other_black_and_white_pictures_become_a_fax(tmp_path: Path, compression: str) -> None:
    made = made_of(tmp_path, "a.tif", saved(picture(mode="1"), "TIFF", compression=compression), "image/tiff")
    assert stored(made)[1].Filter == pikepdf.Name.CCITTFaxDecode
    assert difference(rendered(searchable(made), scale=SCALE), picture(mode="1").convert("RGB")) == 0


def test_every_page_of_a_tiff_is_there_at_its_size(tmp_path: Path) -> None:
    pages = [picture((400, 600), "L"), picture((300, 200), "1"), picture((200, 200), "RGB")]
    source = tmp_path / "a.tif"
    pages[0].save(source, "TIFF", save_all=True, append_images=pages[1:], dpi=(150, 150))
    records = (
        page(WORDS, 1, (192.0, 288.0)),
        page(number=2, size=(144.0, 96.0), source="blank"),
        page(number=3, size=(0.0, 0.0), source="failed"),
    )
    path = searchable(bound(tmp_path, source, "image/tiff", *records))
    with pikepdf.open(path) as pdf:
        sizes = [[float(value) for value in one.MediaBox[2:]] for one in pdf.pages]
    assert sizes == [[192.0, 288.0], [144.0, 96.0], [96.0, 96.0]]
    for number, one in enumerate(pages, 1):
        assert difference(rendered(path, number, scale=150 / 72), one.convert("RGB")) == 0


@pytest.mark.parametrize("spoil", ["cut", "more pages"])
def test_a_broken_image_costs_only_the_pdf(tmp_path: Path, spoil: str) -> None:
    source = tmp_path / "a.tif"
    more = [picture()] if spoil == "more pages" else []
    picture().save(source, "TIFF", save_all=True, append_images=more)
    if spoil == "cut":
        source.write_bytes(source.read_bytes()[:-5000])
    made = bound(tmp_path, source, "image/tiff", page(WORDS))
    assert made.notes == (Remark.NO_PDF_DAMAGED,)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["alto.xml", "text.txt"]
