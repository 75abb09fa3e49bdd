"""Small scans and page records for the tests of the outputs."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from processors.config import Limits
from processors.ocr.binding import Bound, bind
from processors.pages import Box, Page, Source, Word

ENGINE = "tesserocr 5.5.4"


def word(text: str, box: Box, line: int = 0, block: int = 0, confidence: float = 0.9) -> Word:
    return Word(text, box, confidence, line, block)


def page(
    words: tuple[Word, ...] = (),
    number: int = 1,
    size: tuple[float, float] = (200.0, 300.0),
    source: Source = "ocr",
    turned: int = 0,
    skew: float = 0.0,
    language: str = "eng",
    fault: str = "",
) -> Page:
    return Page(number, *size, 2.0, source, ENGINE, language, words, turned, skew, fault=fault)


def picture(size: tuple[int, int] = (400, 600), mode: str = "L") -> Image.Image:
    """Not symmetric in any way, so that a turn or a mirror shows."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, size[0] // 3, size[1] // 5), fill=(200, 30, 40))
    draw.rectangle((size[0] // 2, size[1] // 2, size[0] - 30, size[1] // 2 + 20), fill=(20, 60, 180))
    return image.convert(mode)


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def scan(path: Path, pages: int = 1, content: bytes = b"", box: tuple[float, ...] = (0, 0, 200, 300)) -> Path:
    """A PDF of JPEG scans, each over its whole media box; `content` follows the picture."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            image = pdf.make_stream(
                jpeg(picture()),
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=400,
                Height=600,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=8,
                Filter=Name.DCTDecode,
            )
            pdf.add_blank_page(page_size=(200, 300))
            one = pdf.pages[-1].obj
            one.MediaBox = Array(list(box))
            wide, high = box[2] - box[0], box[3] - box[1]
            shown = f"q {wide} 0 0 {high} {box[0]} {box[1]} cm /Im0 Do Q\n".encode("ascii")
            one.Contents = pdf.make_stream(shown + content)
            one.Resources = Dictionary(XObject=Dictionary(Im0=image))
        pdf.save(path)
    return path


def helvetica(path: Path) -> Path:
    """Give every page a font called /F, so that `content` may show text."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for one in pdf.pages:
            one.Resources.Font = Dictionary(F=font)
        pdf.save(path)
    return path


def bound(folder: Path, source: Path, media_type: str, *pages: Page) -> Bound:
    records = folder / "pages.jsonl"
    records.write_text("".join(one.to_json() + "\n" for one in pages), encoding="utf-8")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return bind(records, source, media_type, out, Limits())


def searchable(made: Bound) -> Path:
    return {artefact.role: artefact.path for artefact in made.artefacts}["searchable"]


def text_of(path: Path, number: int = 1) -> str:
    """The page's text as pdfium reads it."""
    with pypdfium2.PdfDocument(path) as pdf:
        text: str = pdf[number - 1].get_textpage().get_text_range()
    return text


def rendered(path: Path, number: int = 1, scale: float = 1.0) -> Image.Image:
    with pypdfium2.PdfDocument(path) as pdf:
        image: Image.Image = pdf[number - 1].render(scale=scale).to_pil().convert("RGB")
    return image


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference between two pictures of one size, in levels."""
    assert one.size == other.size
    return int(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).max())
