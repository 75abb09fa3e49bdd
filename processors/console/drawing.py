"""Draws one page of a stranger's file as people see it. Runs in a sandboxed child alone, see `drawing_child.py`."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps

from processors.config import Limits
from processors.events import PagesRequested
from processors.formats import detect
from processors.formats.image import blaming_document, open_image, page_frames
from processors.formats.page_size import POINTS_PER_INCH, check_points
from processors.formats.pdf import open_pdf
from processors.formats.port import Refused
from processors.ocr.opening import material
from processors.ocr.text_source import TextSource
from processors.pages import Page
from processors.reasons import QuarantineReason
from processors.stage import Artefact, Done, Outcome, Rejected, Work

#: Under this name the wanted resolution comes in, as the part of the event's id behind its last hyphen.
ROLE = "picture"
#: The longer side of a drawn page, whatever is asked for: a plan of two metres is still a page.
_MOST_PIXELS = 5_000
_INK, _PAPER = "black", "white"
#: Points; what text files are laid out in.
_LETTERS = 10


class Drawing:
    """A stage in all but name: a page range of one page in, a picture out."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def process(self, work: Work) -> Outcome:
        """See `Stage.process`."""
        asked = work.event.data
        assert isinstance(asked, PagesRequested)
        dpi = int(work.event.id.rpartition("-")[2])
        try:
            picture = self._drawn(work, asked.range.first, dpi)
        except Refused as refused:
            return refused.outcome
        except pypdfium2.PdfiumError:
            return Rejected(QuarantineReason.DAMAGED)
        file = work.scratch / "page.png"
        picture.save(file, "PNG", compress_level=4)
        return Done(artefacts=(Artefact(file.name, ROLE, file, "image/png"),))

    def _drawn(self, work: Work, number: int, dpi: int) -> Image.Image:
        untrusted_file, media_type = material(work)
        if media_type == detect.PDF:
            with open_pdf(untrusted_file, work.scratch, self._limits) as pdf:
                return self._of_pdf(pdf, number, dpi)
        if media_type == detect.TEXT:
            return _of_text(TextSource(untrusted_file).read(number), dpi)
        return self._of_image(untrusted_file, media_type, number, dpi)

    def _of_pdf(self, pdf: pypdfium2.PdfDocument, number: int, dpi: int) -> Image.Image:
        if number > len(pdf):
            raise Refused(QuarantineReason.DAMAGED, page=number)
        # For what people typed into forms; no script runs, this build of pdfium has none.
        pdf.init_forms()
        page = pdf.get_page(number - 1)
        width, height = page.get_size()
        check_points(number, width, height, self._limits)
        scale = min(dpi / POINTS_PER_INCH, _MOST_PIXELS / max(width, height))
        bitmap = page.render(scale=scale)
        try:
            picture: Image.Image = bitmap.to_pil().convert("RGB")
            return picture
        finally:
            bitmap.close()

    def _of_image(self, untrusted_file: Path, media_type: str, number: int, dpi: int) -> Image.Image:
        with open_image(untrusted_file, media_type, self._limits) as image:
            frames = page_frames(image, self._limits)
            if number > len(frames):
                raise Refused(QuarantineReason.DAMAGED, page=number)
            with blaming_document(self._limits, number):
                image.seek(frames[number - 1])
                upright = _on_paper(ImageOps.exif_transpose(image))
            # As many pixels as a page of office paper has at this resolution.
            side = min(round(dpi * 11), _MOST_PIXELS)
            upright.thumbnail((side, side))
            return upright


def _on_paper(picture: Image.Image) -> Image.Image:
    """In colours that browsers know; what is transparent shows paper."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda level: level / 256).convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", coloured.size, _PAPER), coloured)
    return picture.convert("L" if picture.mode in ("1", "L", "F") else "RGB")


def _of_text(page: Page, dpi: int) -> Image.Image:
    scale = dpi / POINTS_PER_INCH
    sheet = Image.new("L", (round(page.width * scale), round(page.height * scale)), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for word in page.words:
        x0, y0, x1, y1 = (edge * scale for edge in word.box)
        font = ImageFont.load_default(_LETTERS * scale)
        # Each word fills its box, so that what is marked is what is seen.
        wide = max(pen.textlength(word.text, font=font), 1.0)
        font = ImageFont.load_default(_LETTERS * scale * min(1.0, (x1 - x0) / wide))
        pen.text((x0, (y0 + y1) / 2), word.text, fill=_INK, font=font, anchor="lm")
    return sheet
