"""Takes out of a PDF what acts by itself or hides other files: scripts, actions, attachments, XFA forms.

Colleagues open the searchable PDF, and Chancery made it: nothing in it may run. All that a click may do is to
follow a link.
Values that were filled in stay; a signature does not, since the file that it signed is the original, which is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Name

_PASSIVE_ACTIONS = frozenset((Name.GoTo, Name.URI, Name.Named))
_ACTIVE_ROOT = (
    "/OpenAction",
    "/AA",
    "/JavaScript",
    "/Collection",
    "/AF",
    "/Perms",
    "/DSS",
    "/Requirements",
)
_ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations")
_ACTIVE_NOTES = frozenset(
    (Name.FileAttachment, Name.RichMedia, Name("/3D"), Name.Movie, Name.Sound, Name.Screen, Name.TrapNet)
)
#: fields, notes and bookmarks are walked in loops and not by recursion, each once
_Seen = set[tuple[int, int]]


def disarm(pdf: pikepdf.Pdf) -> bool:
    """Take all of it out, and say whether there was any."""
    root = pdf.Root
    found = _drop(root, _ACTIVE_ROOT)
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        found |= _drop(names, _ACTIVE_NAMES)
    found |= _form(root)
    outlines = root.get("/Outlines")
    if isinstance(outlines, pikepdf.Dictionary):
        for bookmark in _reachable(outlines, ("/First", "/Next")):
            found |= _calm(bookmark)
    for page in pdf.pages:
        found |= _drop(page.obj, ("/AA", "/AF"))
        found |= _notes(page)
    return found


def _form(root: pikepdf.Object) -> bool:
    form = root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    found = _drop(form, ("/XFA", "/CO", "/SigFlags"))
    fields = form.get("/Fields")
    if isinstance(fields, pikepdf.Array):
        for top in fields:
            for field in _reachable(top, ("/Kids",)):
                found |= _calm(field)
                if field.get("/FT") == Name.Sig:
                    found |= _drop(field, ("/V",))
    return found


def _notes(page: pikepdf.Page) -> bool:
    """Annotations of the page."""
    notes = page.obj.get("/Annots")
    if not isinstance(notes, pikepdf.Array):
        return False
    found, kept = False, []
    for note in notes:
        if not isinstance(note, pikepdf.Dictionary) or note.get("/Subtype") in _ACTIVE_NOTES:
            found = True
            continue
        found |= _calm(note)
        kept.append(note)
    if len(kept) < len(notes):
        page.obj.Annots = pikepdf.Array(kept)
    return found


def _calm(owner: pikepdf.Dictionary) -> bool:
    """Take actions off a note, field or bookmark, but for links."""
    found = _drop(owner, ("/AA", "/PA", "/AF"))
    action = owner.get("/A")
    if action is None:
        return found
    if not isinstance(action, pikepdf.Dictionary) or action.get("/S") not in _PASSIVE_ACTIONS:
        return _drop(owner, ("/A",)) or found
    return _drop(action, ("/Next",)) or found


def _drop(owner: pikepdf.Object, keys: tuple[str, ...]) -> bool:
    there = [key for key in keys if key in owner]
    for key in there:
        del owner[key]
    return bool(there)


def _reachable(start: pikepdf.Object, keys: tuple[str, ...]) -> Iterator[pikepdf.Dictionary]:
    """A dictionary and those that it leads to by these keys; each once, so that a loop ends."""
    waiting, seen = [start], _Seen()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        if node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        yield node
        for key in keys:
            below = node.get(key)
            if isinstance(below, pikepdf.Array):
                waiting.extend(below)
            elif below is not None:
                waiting.append(below)
