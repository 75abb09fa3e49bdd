"""What a PDF holds that acts or hides, and streams that unpack without end.

Every object that a reader could reach is looked at, not only the places where such things belong. qpdf writes each
object down, which is quick and undoes the spellings of names (`/J#61vaScript`); only those in which a word of ours
stands, or whose kind stands elsewhere, are then walked. Names are compared as bytes: they need not be text.

A look that was not finished is no look: one odd object could hide all that come behind it. What qpdf left out, and
others may see, is looked for in the bytes of the file; a file that cannot be looked through is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from processors.config import Limits
from processors.formats import pdf_streams
from processors.formats.port import Refused
from processors.intake.threats import pdf_gaps, pdf_words
from processors.intake.threats.finding import Finding
from processors.reasons import QuarantineReason

_ACTIONS = {
    b"/JavaScript": Finding.JAVASCRIPT,
    b"/Launch": Finding.LAUNCH,
    b"/ImportData": Finding.LAUNCH,
    b"/SubmitForm": Finding.SUBMITS,
    b"/Rendition": Finding.MEDIA,
    b"/Movie": Finding.MEDIA,
    b"/Sound": Finding.MEDIA,
    b"/RichMediaExecute": Finding.MEDIA,
    b"/URI": Finding.LINK,
}
_NOTES = dict.fromkeys((b"/RichMedia", b"/3D", b"/Movie", b"/Sound", b"/Screen"), Finding.MEDIA)
_KEYS = {"/JS": Finding.JAVASCRIPT, "/XFA": Finding.XFA}
#: Files that lie in the PDF; rights to use a form have a list of this name.
_FILES = "/EF"
#: What a word stands for where it is not known what stands around it
_ALONE = {
    **_NOTES,
    **_ACTIONS,
    **{key.encode(): finding for key, finding in _KEYS.items()},
    _FILES.encode(): Finding.ATTACHED,
}
#: Of these an action needs no click.
_BY_ITSELF = ("/OpenAction", "/AA")
#: The action, or several, that follow an action.
_NEXT = "/Next"
_WORDS = sorted({*_ACTIONS, *_NOTES, *(key.encode() for key in (*_KEYS, *_BY_ITSELF, _FILES))})
#: One of the words; or a kind that is not written where it belongs, but in an object of its own or as a text.
_HINT = re.compile(rb"(?:" + b"|".join(_WORDS) + rb")(?![A-Za-z0-9_.+-])|/S(?:ubtype)? [^/]")
#: What pikepdf raises of objects and values that are not what they should be.
_FAULTS = (pikepdf.PdfError, ValueError, TypeError, RuntimeError, ArithmeticError, LookupError)


def findings(untrusted_file: Path, limits: Limits) -> frozenset[Finding]:
    """What is in it; nothing where it is locked: what a password opens is looked at once it is open.

    Raises:
        Refused: a stream unpacks too far, a picture has too many pixels, or the file cannot be looked through.
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
            if pdf_gaps.are_in(untrusted_file, pdf.get_warnings()):
                found.update(pdf_words.findings(untrusted_file, pdf, _ALONE))
    except pikepdf.PasswordError:
        return frozenset()
    except _FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED) from error
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
            if (finding := table.get(_kind(node.get(key)))) is not None:
                yield finding
        yield from (finding for key, finding in _KEYS.items() if key in node)
        if isinstance(node.get(_FILES), pikepdf.Dictionary):
            yield Finding.ATTACHED
        if any(_opens_link(node.get(key)) for key in _BY_ITSELF):
            yield Finding.OPENS_LINK
        waiting.extend(one for _, one in node.items() if _is_part(one))


def _is_part(node: object) -> bool:
    return isinstance(node, pikepdf.Dictionary | pikepdf.Array) and not node.is_indirect


def _kind(value: object) -> bytes:
    """The name as a PDF spells it, without what it can hide letters in; some readers take a text for it."""
    if isinstance(value, pikepdf.Name):
        return value.unparse(resolved=True)
    return b"/" + bytes(value) if isinstance(value, pikepdf.String) else b""


def _opens_link(owner: object) -> bool:
    """Whether an action, one of several by occasion, or one that follows, goes to a web address."""
    if not isinstance(owner, pikepdf.Dictionary):
        return False
    actions: list[object] = [owner, *(one for _, one in owner.items())]
    seen: set[tuple[int, int]] = set()
    while actions:
        action = actions.pop()
        if not isinstance(action, pikepdf.Dictionary) or action.objgen in seen:
            continue
        if action.is_indirect:
            seen.add(action.objgen)
        if _ACTIONS.get(_kind(action.get("/S"))) is Finding.LINK:
            return True
        following = action.get(_NEXT)
        actions.extend(following if isinstance(following, pikepdf.Array) else (following,))
    return False
