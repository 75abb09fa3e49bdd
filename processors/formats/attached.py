"""Files attached to a PDF: unpacked like those of a mail, under numbers of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pikepdf

from processors.formats import pdf_streams
from processors.formats.enclosing import Enclosures
from processors.formats.port import Refused, Terms
from processors.reasons import QuarantineReason
from processors.stage import Enclosure

_CONTENT = ("/UF", "/F", "/Unix", "/DOS", "/Mac")


def files(untrusted_file: Path, terms: Terms) -> tuple[Enclosure, ...]:
    """The attached files, in the order of the file; none where the terms leave them in it.

    Raises:
        Refused: too many, too large, or packed in a way in which nobody packs files.
    """
    if not terms.detach:
        return ()
    found = None
    total = 0
    with pikepdf.open(untrusted_file) as pdf:
        for untrusted_name, content in _specified(pdf):
            found = found or Enclosures(terms.scratch, terms.limits)
            total += found.add(untrusted_name, _unpacked(content))
            if total > terms.limits.max_unpacked_bytes:
                raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=terms.limits.max_unpacked_bytes)
    return found.all() if found else ()


def _specified(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Stream]]:
    """Name and content of each file, once, wherever it is attached: in the catalogue, to a page, as a note."""
    seen: set[tuple[int, int]] = set()
    for untrusted in pdf.objects:
        for about in _with_files(untrusted):
            streams = about["/EF"]
            content = next((streams.get(key) for key in _CONTENT if key in streams), None)
            if isinstance(content, pikepdf.Stream) and content.objgen not in seen:
                seen.add(content.objgen)
                yield _text(about.get("/UF", about.get("/F"))), content


def _text(name: object) -> str:
    """The name of a file; one that says of itself that it is UTF-8 need not be."""
    if not isinstance(name, pikepdf.String):
        return ""
    try:
        return str(name)
    except UnicodeDecodeError:
        return bytes(name).decode("utf-8", "replace")


def _with_files(untrusted: object) -> Iterator[pikepdf.Dictionary]:
    """The object, and what lies directly in it, as far as it names files that are in the PDF."""
    waiting = [untrusted]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Dictionary):
            if isinstance(node.get("/EF"), pikepdf.Dictionary):
                yield node
            inside: Iterable[object] = (one for _, one in node.items())
        elif isinstance(node, pikepdf.Array):
            inside = iter(node)
        else:
            continue
        waiting.extend(
            one for one in inside if isinstance(one, pikepdf.Dictionary | pikepdf.Array) and not one.is_indirect
        )


def _unpacked(content: pikepdf.Stream) -> Iterator[bytes]:
    names = pdf_streams.filters(content)
    if any(name not in pdf_streams.FLATE for name in names) or "/DecodeParms" in content.stream_dict:
        raise Refused(QuarantineReason.EMBEDDED_FILE, filters=len(names))
    yield from pdf_streams.inflated(content.read_raw_bytes(), len(names))
