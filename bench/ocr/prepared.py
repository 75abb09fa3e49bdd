"""Files for peers, made before anything is measured, so that opening and rendering is never charged to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from bench import pages
from bench.documents import Document

_POINTS_PER_INCH = 72


@dataclass(frozen=True)
class Prepared:
    """A document as peers get it."""

    #: a PNG a page, in grey, with its resolution
    pictures: tuple[Path, ...]
    #: dots per inch of each
    dpi: tuple[int, ...]
    #: the document itself, or its pictures in a PDF, without loss
    pdf: Path


def prepare(documents: Sequence[Document], folder: Path, say: Callable[[str], None]) -> Mapping[Path, Prepared]:
    """Write the pages of each document into `folder`, once."""
    made = {}
    for number, document in enumerate(documents):
        say(f"preparing pages for the peers, document {number + 1} of {len(documents)}")
        drawn, files = list(pages.pictures(document.path)), []
        for index, page in enumerate(drawn):
            file = folder / f"{number:04}-{index:04}.png"
            page.image.save(file, compress_level=1, dpi=(page.dpi, page.dpi))
            files.append(file)
        pdf = document.path
        if not document.path.read_bytes()[:1024].count(b"%PDF-"):
            pdf = folder / f"{number:04}.pdf"
            _as_pdf(drawn, pdf)
        made[document.path] = Prepared(tuple(files), tuple(page.dpi for page in drawn), pdf)
    return made


def _as_pdf(drawn: Sequence[pages.PagePicture], place: Path) -> None:
    with pikepdf.new() as pdf:
        for page in drawn:
            width, height = page.image.size
            size = width * _POINTS_PER_INCH / page.dpi, height * _POINTS_PER_INCH / page.dpi
            pdf.add_blank_page(page_size=size)
            grey = pikepdf.Stream(
                pdf, page.image.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
                Height=height, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
            )  # fmt: skip
            pdf.pages[-1].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=grey))
            pdf.pages[-1].Contents = pdf.make_stream(f"q {size[0]} 0 0 {size[1]} 0 0 cm /Page Do Q".encode())
        pdf.save(place, compress_streams=True)
