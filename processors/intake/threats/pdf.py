"""What a PDF holds that acts or hides, and streams that unpack without end.

Every object that a reader could reach is looked at, not only the places where such things belong. qpdf writes each
object down, which is quick and undoes the spellings of names (`/J#61vaScript`); only those in which a word of ours
stands are then walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from processors.config import Limits
from processors.formats import pdf_streams
from processors.intake.threats.finding import Finding

_ACTIONS = {
    "/JavaScript": Finding.JAVASCRIPT,
    "/Launch": Finding.LAUNCH,
    "/ImportData": Finding.LAUNCH,
    "/SubmitForm": Finding.SUBMITS,
    "/Rendition": Finding.MEDIA,
    "/Movie": Finding.MEDIA,
    "/Sound": Finding.MEDIA,
    "/RichMediaExecute": Finding.MEDIA,
    "/URI": Finding.LINK,
}
_NOTES = {f"/{name}": Finding.MEDIA for name in ("RichMedia", "3D", "Movie", "Sound", "Screen")}
_KEYS = {"/JS": Finding.JAVASCRIPT, "/XFA": Finding.XFA}
#: Files that lie in the PDF; rights to use a form have a list of this name.
_FILES = "/EF"
#: Of these an action needs no click.
_BY_ITSELF = ("/OpenAction", "/AA")
_WORDS = sorted({name[1:] for table in (_ACTIONS, _NOTES, _KEYS) for name in table} | {"OpenAction", "AA", "EF"})
_HINT = re.compile(rb"/(?:" + "|".join(_WORDS).encode() + rb")(?![A-Za-z0-9_.+-])")


def findings(untrusted_file: Path, limits: Limits) -> frozenset[Finding]:
    """What is in it; nothing where qpdf cannot open it, which refuses the file elsewhere.

    Raises:
        Refused: a stream unpacks too far, or a picture has too many pixels.
    """
    found: set[Finding] = set()
    try:
        with pikepdf.open(untrusted_file) as pdf:
            for untrusted in _objects(pdf):
                if isinstance(untrusted, pikepdf.Stream):
                    pdf_streams.check(untrusted, limits)
                    untrusted = untrusted.stream_dict  # noqa: PLW2901 - what is left to look at
                if isinstance(untrusted, pikepdf.Dictionary | pikepdf.Array) and _HINT.search(
                    untrusted.unparse(resolved=True)
                ):
                    found.update(_inside(untrusted))
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
        pass
    return frozenset(found)


def _objects(pdf: pikepdf.Pdf) -> Iterator[object]:
    yield from pdf.objects
    yield pdf.trailer


def _inside(start: pikepdf.Object) -> Iterator[Finding]:
    """What one object holds itself; what it only refers to has its own turn."""
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(one for one in node if _is_part(one))
            continue
        for table, key in ((_ACTIONS, "/S"), (_NOTES, "/Subtype")):
            name = node.get(key)
            if isinstance(name, pikepdf.Name) and str(name) in table:
                yield table[str(name)]
        yield from (finding for key, finding in _KEYS.items() if key in node)
        if isinstance(node.get(_FILES), pikepdf.Dictionary):
            yield Finding.ATTACHED
        if any(_opens_link(node.get(key)) for key in _BY_ITSELF):
            yield Finding.OPENS_LINK
        waiting.extend(one for _, one in node.items() if _is_part(one))


def _is_part(node: object) -> bool:
    return isinstance(node, pikepdf.Dictionary | pikepdf.Array) and not node.is_indirect


def _opens_link(owner: object) -> bool:
    """Whether an action, or one of several by occasion, goes to a web address."""
    if not isinstance(owner, pikepdf.Dictionary):
        return False
    actions = [owner, *(one for _, one in owner.items() if isinstance(one, pikepdf.Dictionary))]
    return any(action.get("/S") == pikepdf.Name.URI for action in actions)
