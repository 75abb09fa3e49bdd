"""A packet, cut where a person says that a further document begins: its parts come through the door by themselves.

The packet has been let in before, and is not looked at again as a whole: each of its parts is, like every upload.
They are cut out of the file that was read, so that their pages are those that the person saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from processors.config import Limits
from processors.decisions import parts
from processors.errors import StageFailed
from processors.events import ObjectCreated, Original, PageRange
from processors.formats import detect
from processors.formats.cut_pdf import cut_pdf
from processors.formats.cut_pictures import cut_tiff
from processors.formats.cut_text import cut_text
from processors.formats.enclosing import shown
from processors.formats.port import Refused
from processors.reasons import QuarantineReason
from processors.stage import Enclosure, Rejected, Work


def cut(work: Work, limits: Limits) -> Rejected:
    """The documents in a packet, which take its place.

    Raises:
        Refused: too many, too deep, too large together, or damaged.
        StageFailed: it has other pages than the person saw, or is of a kind that has one page.
    """
    packet: ObjectCreated = work.event.data
    original = packet.document.original
    try:
        cut_into = parts(packet.cuts, original.pages)
    except ValueError:
        raise StageFailed("cuts where no page is") from None
    if len(cut_into) > limits.max_enclosed:
        raise Refused(QuarantineReason.TOO_MANY_FILES, limit=limits.max_enclosed)
    depth = packet.document.depth + 1
    if depth > limits.max_depth:
        raise Refused(QuarantineReason.TOO_DEEP, depth=depth, limit=limits.max_depth)
    files = _weighed(_files(work, cut_into, limits), limits)
    enclosures = tuple(
        Enclosure(file, name_of(original, part, file.suffix)) for part, file in zip(cut_into, files, strict=True)
    )
    details = {"documents": len(enclosures), "pages": original.pages}
    return Rejected(QuarantineReason.CUT_INTO_DOCUMENTS, details, enclosures)


def name_of(original: Original, part: PageRange, suffix: str) -> str:
    """What a part is called, such as "post (pages 3-4).pdf"; untrusted like the name that it is made of."""
    file = (original.name or original.key).rpartition("/")[2]
    stem = file.rpartition(".")[0] or file
    pages = f"page {part.first}" if part.first == part.last else f"pages {part.first}-{part.last}"
    return shown(f"{stem} ({pages}){suffix}")


def _files(work: Work, cut_into: Sequence[PageRange], limits: Limits) -> Iterator[Path]:
    packet: ObjectCreated = work.event.data
    pages = packet.document.original.pages
    folder = work.scratch / "parts"
    folder.mkdir(exist_ok=True)
    rendition = work.inputs.get("rendition")
    untrusted_file = rendition or work.inputs["original"]
    media_type = packet.artefacts["rendition"].media_type if rendition else packet.document.original.media_type
    if media_type == detect.PDF:
        return cut_pdf(untrusted_file, cut_into, pages, folder)
    if media_type == detect.TEXT:
        return cut_text(untrusted_file, cut_into, pages, folder)
    if media_type == "image/tiff":
        return cut_tiff(untrusted_file, cut_into, pages, folder, limits)
    raise StageFailed("of this kind a file has one page")


def _weighed(files: Iterator[Path], limits: Limits) -> Iterator[Path]:
    """The files, as long as they are not too large together: pages may share what each part holds for itself.

    Raises:
        Refused: they are.
    """
    total = 0
    for file in files:
        total += file.stat().st_size
        if total > limits.max_unpacked_bytes:
            raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=limits.max_unpacked_bytes)
        yield file
