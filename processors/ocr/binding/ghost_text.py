"""Takes an old invisible text layer off a scan that was read anew, so that no search finds garbage beside text.

Only from pages that show pictures and nothing else; in doubt a page stays as it is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Name

from processors.ocr.binding.content import MARKS, SHOWS_TEXT, TEXT, Instruction, instructions

_INVISIBLE = 3
#: Operators that paint nothing by themselves. Path painting, shading and inline images are missing on purpose.
_HARMLESS = frozenset(("q", "Q", "cm", "gs", "w", "J", "j", "M", "d", "i", "ri", "g", "G", "rg", "RG", "k", "K"))
_CLIPS = frozenset(("re", "W", "W*", "n"))
_KNOWN = _HARMLESS | _CLIPS | TEXT | MARKS | {"Do"}
_DEPTH = 2


@dataclass(slots=True)
class _Seen:
    """What is on a page or in a form."""

    pictures: int = 0
    ghosts: int = 0
    #: names of forms that hold invisible text and nothing else
    ghost_forms: set[str] = field(default_factory=set)


def remove(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Take the invisible text off a page, if it is all that stands beside pictures; whether there was any."""
    resources = page.obj.get("/Resources")
    if not isinstance(resources, pikepdf.Dictionary) or not _may_have_text(resources):
        return False
    operators = instructions(pdf, page.obj)
    seen = None if operators is None else _look(pdf, operators, resources, _DEPTH)
    if operators is None or seen is None or not seen.pictures or not (seen.ghosts or seen.ghost_forms):
        return False
    rest = [one for one in _without_marks(operators) if not _is_ghost(one, seen.ghost_forms)]
    packed = zlib.compress(pikepdf.unparse_content_stream(rest), 1)
    page.obj.Contents = pdf.make_stream(packed, Filter=Name.FlateDecode)
    page.obj.Resources = _without(resources, seen.ghost_forms)
    return True


def _without(resources: pikepdf.Dictionary, forms: set[str]) -> pikepdf.Dictionary:
    """A copy for this page alone: other pages may share the fonts and forms that it needs no longer."""
    rest = pikepdf.Dictionary({key: value for key, value in resources.items() if key != "/Font"})
    drawn = {key: value for key, value in resources.get("/XObject", {}).items() if key not in forms}
    rest.XObject = pikepdf.Dictionary(drawn)
    return rest


def _may_have_text(resources: pikepdf.Object) -> bool:
    """Most scans have neither fonts nor forms: no need to parse them."""
    drawn = resources.get("/XObject")
    forms = isinstance(drawn, pikepdf.Dictionary) and any(_is_form(one) for _, one in drawn.items())
    return forms or bool(resources.get("/Font"))


def _is_form(drawn: pikepdf.Object) -> bool:
    return isinstance(drawn, pikepdf.Stream) and drawn.get("/Subtype") == Name.Form


def _look(pdf: pikepdf.Pdf, operators: list[Instruction], resources: pikepdf.Object, depth: int) -> _Seen | None:
    """What the operators show; None as soon as it is anything but pictures and invisible text."""
    seen = _Seen()
    mode, saved = 0, list[int]()
    for one in operators:
        name = str(one.operator)
        if name not in _KNOWN:
            return None
        if name == "q":
            saved.append(mode)
        elif name == "Q" and saved:
            mode = saved.pop()
        elif name == "Tr":
            mode = int(one.operands[0])
        elif name in SHOWS_TEXT:
            if mode != _INVISIBLE:
                return None
            seen.ghosts += 1
        elif name == "Do" and not _drawn(pdf, str(one.operands[0]), resources, depth, seen):
            return None
    return seen


def _drawn(pdf: pikepdf.Pdf, name: str, resources: pikepdf.Object, depth: int, seen: _Seen) -> bool:
    """Note a picture or a form; False where it shows anything else."""
    drawn = resources.XObject[name]
    if not _is_form(drawn):
        seen.pictures += 1
        return True
    operators = instructions(pdf, drawn) if depth else None
    inner = drawn.get("/Resources", resources)
    inside = None if operators is None else _look(pdf, operators, inner, depth - 1)
    if inside is None or (inside.pictures and (inside.ghosts or inside.ghost_forms)):
        return False
    if inside.pictures:
        seen.pictures += 1
    else:
        seen.ghost_forms.add(name)
    return True


def _is_ghost(one: Instruction, ghost_forms: set[str]) -> bool:
    name = str(one.operator)
    return name in TEXT or (name == "Do" and str(one.operands[0]) in ghost_forms)


def _without_marks(operators: list[Instruction]) -> list[Instruction]:
    """Without marks of structure, which may repeat the old text, but with those that hide and show layers."""
    kept: list[Instruction] = []
    open_marks: list[bool] = []
    for one in operators:
        name = str(one.operator)
        if name in ("BMC", "BDC"):
            layer = str(one.operands[0]) == "/OC"
            open_marks.append(layer)
            keep = layer
        elif name == "EMC":
            keep = open_marks.pop() if open_marks else False
        else:
            keep = name not in MARKS
        if keep:
            kept.append(one)
    return kept
