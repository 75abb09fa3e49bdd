"""What acts by itself, or hides files, is not in the searchable PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from processors.formats import detect
from processors.ocr.binding import Remark
from tests.unit.ocr.binding.make import bound, page, scan, searchable, word


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("EVIL"))


def _launch() -> Dictionary:
    return Dictionary(S=Name.Launch, F=String("EVIL.exe"))


def _note(pdf: Pdf, **entries: Any) -> None:
    note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _attach(pdf: Pdf) -> None:
    pdf.attachments["EVIL.exe"] = b"EVIL"


def _field(pdf: Pdf, **entries: Any) -> None:
    kid = pdf.make_indirect(Dictionary(T=String("kid"), **entries))
    top = pdf.make_indirect(Dictionary(T=String("top"), Kids=Array([kid])))
    kid.Parent = top
    pdf.Root.AcroForm = Dictionary(Fields=Array([top]), SigFlags=3)


def _bookmark(pdf: Pdf, action: Dictionary) -> None:
    one = pdf.make_indirect(Dictionary(Title=String("one")))
    two = pdf.make_indirect(Dictionary(Title=String("two"), A=action))
    one.Next, two.Next = two, one  # a loop, too
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=one, Last=two))


ACTIVE: dict[str, Callable[[Pdf], object]] = {
    "open": lambda pdf: setattr(pdf.Root, "OpenAction", _script()),
    "close": lambda pdf: setattr(pdf.Root, "AA", Dictionary(WC=_script())),
    "names": lambda pdf: setattr(
        pdf.Root, "Names", Dictionary(JavaScript=Dictionary(Names=[String("a"), _script()]))
    ),
    "page": lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary(O=_script())),
    "launch": lambda pdf: _note(pdf, Subtype=Name.Link, A=_launch()),
    "hover": lambda pdf: _note(pdf, Subtype=Name.Square, AA=Dictionary(E=_script())),
    "after a link": lambda pdf: _note(
        pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("x"), Next=_launch())
    ),
    "film": lambda pdf: _note(pdf, Subtype=Name.RichMedia, RichMediaContent=Dictionary(EVIL=1)),
    "attachment": _attach,
    "pinned file": lambda pdf: _note(pdf, Subtype=Name.FileAttachment, FS=Dictionary(F=String("EVIL"))),
    "field": lambda pdf: _field(pdf, AA=Dictionary(K=_script())),
    "signature": lambda pdf: _field(pdf, FT=Name.Sig, V=Dictionary(Contents=String("EVIL"))),
    "bookmark": lambda pdf: _bookmark(pdf, _script()),
    "xfa": lambda pdf: setattr(pdf.Root, "AcroForm", Dictionary(Fields=Array([]), XFA=String("EVIL"))),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_it_is_taken_out_and_said(tmp_path: Path, name: str) -> None:
    source = scan(tmp_path / "scan.pdf")
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        ACTIVE[name](pdf)
        pdf.save(source)
    plain = tmp_path / "plain.pdf"
    made = bound(tmp_path, source, detect.PDF, page((word("a", (10.0, 10.0, 20.0, 20.0)),)))
    assert Remark.ACTIVE_CONTENT_REMOVED in made.notes
    with pikepdf.open(searchable(made)) as pdf:
        pdf.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    content = plain.read_bytes()
    assert b"EVIL" not in content
    assert b"JavaScript" not in content


def test_links_notes_and_filled_in_values_stay(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.pdf")
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        _note(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://agency.example")))
        _field(pdf, FT=Name.Tx, V=String("filled in"))
        pdf.Root.AcroForm.SigFlags = 0
        del pdf.Root.AcroForm.SigFlags
        pdf.save(source)
    made = bound(tmp_path, source, detect.PDF, page())
    assert Remark.ACTIVE_CONTENT_REMOVED not in made.notes
    with pikepdf.open(searchable(made)) as pdf:
        assert pdf.pages[0].Annots[0].A.URI == "https://agency.example"
        assert pdf.Root.AcroForm.Fields[0].Kids[0].V == "filled in"
