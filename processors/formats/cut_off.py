"""Whether a PDF lost its end on the way, and pages' content with it.

Readers rebuild a PDF that has no cross-reference table from the objects they find, and show pages whose content
is gone as blank ones. An upload that was cut off must not pass for a document with empty pages.
"""

from __future__ import annotations

from pathlib import Path

import pikepdf

#: Far more than the trailer takes, plus what mail gateways append.
_TAIL_BYTES = 4096


def lost_content(untrusted_file: Path) -> bool:
    """Whether the file has no end and a page refers to content that is not in it."""
    with untrusted_file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(size - _TAIL_BYTES, 0))
        untrusted_tail = stream.read()
    if b"startxref" in untrusted_tail:
        return False
    if untrusted_tail.rfind(b" obj") > untrusted_tail.rfind(b"endobj"):
        return True
    try:
        with pikepdf.open(untrusted_file) as pdf:
            return not all(_complete(page.obj) for page in pdf.pages)
    except pikepdf.PasswordError:
        # That it is locked is what there is to say of it first.
        return False
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, LookupError):
        # qpdf is the stricter reader; what it cannot open without an end is nothing to rely on.
        return True


def _complete(page: pikepdf.Object) -> bool:
    """Whether everything that the page draws from is there."""
    content = page.get("/Contents")
    pieces: list[pikepdf.Object | None] = list(content) if isinstance(content, pikepdf.Array) else [content]
    resources = page.get("/Resources")
    drawn = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if isinstance(drawn, pikepdf.Dictionary):
        pieces.extend(piece for _, piece in drawn.items() if piece is not None)
    return all(isinstance(piece, pikepdf.Stream) for piece in pieces)
