"""PDF: some pages as a file of their own, drawn as they were, with nothing in it of the pages that are not.

A page is copied, not made anew: its text stays text, its picture the same picture. What could lead to other pages
stays behind: outlines, attached files, actions, the tree of a form's fields, resources that it shares with others.
What was filled in or stamped onto the page becomes a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pikepdf

from processors.errors import StageFailed
from processors.events import PageRange
from processors.formats.port import Refused
from processors.reasons import QuarantineReason

#: What of a page is kept: what is drawn, where, and how large the sheet is.
_DRAWN = frozenset(
    (
        *("/Type", "/Parent", "/Contents", "/Resources", "/Group", "/Annots", "/Rotate", "/UserUnit"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    )
)


def cut_pdf(untrusted_file: Path, parts: Sequence[PageRange], pages: int, folder: Path) -> Iterator[Path]:
    """A file for each part, made when it is asked for.

    Args:
        untrusted_file: a PDF that the door has opened before
        parts: pages of it, counted from 1
        pages: how many it has
        folder: for the files

    Raises:
        Refused: it cannot be cut without damage.
        StageFailed: it has another number of pages.
    """
    with _blaming_document(), pikepdf.open(untrusted_file) as packet:
        if len(packet.pages) != pages:
            raise StageFailed("another number of pages than a person saw")
        if pikepdf.Name.AcroForm in packet.Root:
            # Readers may draw what is filled in only when it is shown; then it is not drawn yet.
            packet.acroform.generate_appearances_if_needed()
        packet.flatten_annotations()
        for number, part in enumerate(parts, 1):
            file = folder / f"{number:05}.pdf"
            with pikepdf.new() as one:
                one.add_pages_from(packet, range(part.first - 1, part.last), forms="strip", outlines="ignore")
                for page in one.pages:
                    for key in set(page.obj.keys()) - _DRAWN:
                        del page[key]
                one.remove_unreferenced_resources()
                # The same bytes each time: whoever repeats it finds what was stored.
                one.save(file, deterministic_id=True)
            yield file


@contextmanager
def _blaming_document() -> Iterator[None]:
    """Turn what qpdf raises into a refusal.

    Raises:
        Refused: damaged.
    """
    try:
        yield
    # qpdf reports damage as PdfError; a value of the wrong type surfaces as one of the others.
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        RuntimeError,
    ) as error:
        raise Refused(QuarantineReason.DAMAGED) from error
