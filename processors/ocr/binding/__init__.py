"""What recognition hands to other people's tools: text, ALTO, and a PDF that can be searched.

`bind` is the whole interface. It never fails a document: an output that cannot be made is left out, with a remark.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from processors.config import Limits
from processors.formats import detect
from processors.formats.port import Refused
from processors.ocr.binding import pictures, sheets
from processors.ocr.binding.alto import Alto
from processors.ocr.binding.plain_text import PlainText
from processors.ocr.binding.remarks import Remark
from processors.ocr.binding.searchable import WORDS_OF, Damaged, overlay
from processors.pages import read_pages
from processors.stage import MOST_ARTEFACT_BYTES, Artefact

__all__ = ["Bound", "Remark", "bind"]


@dataclass(frozen=True, slots=True)
class Bound:
    """The outputs of a document."""

    artefacts: tuple[Artefact, ...]
    #: each a `Remark`
    notes: tuple[str, ...]


def bind(pages: Path, source: Path, media_type: str, out: Path, limits: Limits) -> Bound:
    """Write `text.txt`, `alto.xml` and, where it can be made, `searchable.pdf`.

    Args:
        pages: a `pages.jsonl` with all pages of the document
        source: the original or its rendition; untrusted
        media_type: of the source: PDF, plain text or an image
        out: a folder to write into
        limits: on pixels and pages

    Raises:
        ValueError: `pages` is not a `pages.jsonl`.
    """
    text, alto, searchable = out / "text.txt", out / "alto.xml", out / "searchable.pdf"
    _transcribe(pages, text, alto)
    made = [Artefact(text.name, "text", text, "text/plain"), Artefact(alto.name, "alto", alto, "application/xml")]
    try:
        remarks = _searchable(pages, source, media_type, searchable, limits)
    except (Damaged, Refused):
        remarks = {Remark.NO_PDF_DAMAGED}
    if searchable.exists() and searchable.stat().st_size > MOST_ARTEFACT_BYTES:
        remarks = {Remark.NO_PDF_TOO_LARGE}
    if any(remark.startswith("no_searchable_pdf") for remark in remarks):
        searchable.unlink(missing_ok=True)
    else:
        made.append(Artefact(searchable.name, "searchable", searchable, detect.PDF))
    return Bound(tuple(made), tuple(sorted(str(remark) for remark in remarks)))


def _transcribe(pages: Path, text_path: Path, alto_path: Path) -> None:
    text, alto = PlainText(text_path), Alto(alto_path)
    try:
        for page in read_pages(pages):
            text.add(page)
            alto.add(page)
    finally:
        text.close()
        alto.close()


def _searchable(pages: Path, source: Path, media_type: str, out: Path, limits: Limits) -> set[Remark]:
    """Write the PDF; see `bind`.

    Raises:
        Damaged, Refused: the source cannot be made into one.
    """
    if source.stat().st_size > MOST_ARTEFACT_BYTES:
        return {Remark.NO_PDF_TOO_LARGE}
    if media_type == detect.PDF:
        return overlay(source, read_pages(pages, WORDS_OF), out)
    drawn = out.with_suffix(".drawn.pdf")
    try:
        if media_type == detect.TEXT:
            if not sheets.settable(source):
                return {Remark.NO_PDF_NO_FONT}
            sheets.draw(source, drawn)
            said = set[Remark]()
        else:
            said = pictures.draw(source, media_type, read_pages(pages), drawn, limits)
        return said | overlay(drawn, read_pages(pages, WORDS_OF), out)
    finally:
        drawn.unlink(missing_ok=True)
