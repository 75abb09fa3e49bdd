"""Pages of a PDF as a file of their own: drawn as they were, and nothing of the other pages in it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from processors.errors import StageFailed
from processors.events import PageRange
from processors.formats.cut_pdf import cut_pdf
from processors.formats.port import Refused
from tests.corpus import make

#: three pages of different sizes
SIZES = ((612, 792), (842, 595), (300, 400))
PARTS = (PageRange(first=1, last=1), PageRange(first=2, last=3))


def packet(file: Path, *, form: bool = True) -> Path:
    """Three pages that share everything that pages can share, and a document around them that names all of them."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        pictures = [_picture(pdf, shade) for shade in (40, 90, 140)]
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="hidden"))
        shared = pdf.make_indirect(
            Dictionary(
                Font=Dictionary(F1=font),
                XObject=Dictionary({f"/I{n}": picture for n, picture in enumerate(pictures, 1)}),
                Properties=Dictionary(L1=layer),
            )
        )
        for number, size in enumerate(SIZES, 1):
            page = pdf.add_blank_page(page_size=size)
            page.Resources = shared
            drawn = f"q 50 0 0 50 20 20 cm /I{number} Do Q /OC /L1 BDC q 90 0 0 90 150 150 cm /I{number} Do Q EMC "
            page.Contents = pdf.make_stream(drawn.encode() + make.content([f"PRINTED{number}"], top=300))
            page.PieceInfo = Dictionary(Own=pdf.make_stream(f"PRIVATE{number}".encode()))
            page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
        kids = Array()
        for number, page in enumerate(pdf.pages, 1):
            link = Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=[pdf.pages[1].obj, Name.Fit]
            )
            page.Annots = Array([pdf.make_indirect(link)])
            if form:
                kids.append(_field(pdf, page, number, font))
                page.Annots.append(kids[-1])
        if form:
            # A form's fields hang together: from any of them all others can be reached.
            whole = pdf.make_indirect(Dictionary(T="form", Kids=kids))
            for kid in kids:
                kid.Parent = whole
            pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=[whole]))
        pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
        pdf.attachments["ATTACHED.txt"] = b"ATTACHED"
        with pdf.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(f"CHAPTER{n}", n - 1) for n in (1, 2, 3))
        with pdf.open_metadata() as about:
            about["dc:title"] = "TITLE"
        pdf.save(file)
    return file


def _picture(pdf: pikepdf.Pdf, shade: int) -> pikepdf.Object:
    return pdf.make_stream(
        bytes([shade]) * 400,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=20,
        Height=20,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )


def _field(pdf: pikepdf.Pdf, page: pikepdf.Page, number: int, font: pikepdf.Object) -> pikepdf.Object:
    drawn = pdf.make_stream(
        f"BT /F1 12 Tf 2 5 Td (FILLED{number}) Tj ET".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 120, 20],
        Resources=Dictionary(Font=Dictionary(F1=font)),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=f"name{number}",
            V=f"FILLED{number}",
            F=4,
            Rect=[100, 100, 220, 120],
            P=page.obj,
            AP=Dictionary(N=drawn),
        )
    )


def cut(file: Path, tmp_path: Path, parts: Sequence[PageRange] = PARTS, pages: int = 3) -> list[Path]:
    folder = tmp_path / "parts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return list(cut_pdf(file, parts, pages, folder))


def everything(file: Path) -> bytes:
    """All that is in a PDF, unpacked."""
    with pikepdf.open(file) as pdf:
        objects = [one for one in pdf.objects if one is not None]
        return b"".join(
            one.read_bytes() + one.stream_dict.unparse() if isinstance(one, pikepdf.Stream) else one.unparse()
            for one in objects
        )


def drawn(file: Path) -> list[np.ndarray]:
    """As a reader on a screen draws it, with what is filled in."""
    with pypdfium2.PdfDocument(file) as pdf:
        pdf.init_forms()
        return [page.render(scale=1.5).to_numpy().copy() for page in pdf]


def text(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


@pytest.mark.parametrize("form", [True, False])
def test_each_part_is_drawn_as_its_pages_were(tmp_path: Path, form: bool) -> None:
    file = packet(tmp_path / "post.pdf", form=form)
    parts = cut(file, tmp_path)
    assert [len(drawn(part)) for part in parts] == [1, 2]
    before, after = drawn(file), [page for part in parts for page in drawn(part)]
    for old, new in zip(before, after, strict=True):
        assert old.shape == new.shape, "each page has its own size"
        # What is filled in is smoothed otherwise, being a part of the page now.
        most = 100 if form else 0
        assert np.abs(old.astype(int) - new.astype(int)).max() <= most, (
            "what is drawn is drawn, what is hidden is not"
        )
    printed = [line for part in parts for line in text(part)]
    for number, line in enumerate(printed, 1):
        assert f"PRINTED{number}" in line
        assert (f"FILLED{number}" in line) == form


def test_nothing_of_other_pages_is_in_a_part(tmp_path: Path) -> None:
    file = packet(tmp_path / "post.pdf")
    for part, own, others in zip(cut(file, tmp_path), ((1,), (2, 3)), ((2, 3), (1,)), strict=True):
        inside = everything(part)
        for number in own:
            assert f"FILLED{number}".encode() in inside
        for number in others:
            for word in ("PRINTED", "FILLED"):
                assert f"{word}{number}".encode() not in inside
        for private in (b"PRIVATE", b"CHAPTER", b"ATTACHED", b"TITLE", b"JavaScript"):
            assert private not in inside
        with pikepdf.open(part) as pdf:
            for key in ("/AcroForm", "/Outlines", "/Names", "/OpenAction", "/Metadata"):
                assert key not in pdf.Root
            named = {str(name) for page in pdf.pages for name, _ in page.Resources["/XObject"].items()}
            assert {name for name in named if "/I" in name} == {f"/I{number}" for number in own}, "shared resources"


def test_control_pages_that_are_only_appended_drag_the_others_along(tmp_path: Path) -> None:
    file = packet(tmp_path / "post.pdf")
    part = tmp_path / "part.pdf"
    with pikepdf.open(file) as pdf, pikepdf.new() as one, pytest.warns(pikepdf.PageCopyWarning):
        one.pages.append(pdf.pages[0])
        one.save(part)
    inside = everything(part)
    assert b"FILLED2" in inside
    assert b"PRIVATE1" in inside


def test_a_repeated_cut_makes_the_same_bytes(tmp_path: Path) -> None:
    file = packet(tmp_path / "post.pdf")
    first = [part.read_bytes() for part in cut(file, tmp_path)]
    assert [part.read_bytes() for part in cut(file, tmp_path)] == first


def test_what_is_filled_in_and_not_yet_drawn_is_drawn(tmp_path: Path) -> None:
    file, undrawn = packet(tmp_path / "post.pdf"), tmp_path / "undrawn.pdf"
    with pikepdf.open(file) as pdf:
        pdf.Root.AcroForm.NeedAppearances = True
        pdf.Root.AcroForm.DA = pikepdf.String("/F1 12 Tf 0 g")
        pdf.Root.AcroForm.DR = pdf.pages[0].Resources
        for page in pdf.pages:
            del page.Annots[1]["/AP"]
        pdf.save(undrawn)
    assert "FILLED3" in text(cut(undrawn, tmp_path)[1])[1]


def test_a_file_with_other_pages_than_a_person_saw_is_not_cut(tmp_path: Path) -> None:
    file = packet(tmp_path / "post.pdf")
    with pytest.raises(StageFailed, match="another number of pages"):
        cut(file, tmp_path, pages=4)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"no PDF at all"])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "post.pdf"
    file.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        cut(file, tmp_path)
    assert refusal.value.outcome.reason == "damaged"


def test_a_page_of_the_wrong_types_is_refused_or_cut_and_raises_nothing_else(tmp_path: Path) -> None:
    file = packet(tmp_path / "post.pdf")
    for key, value in (
        ("/Annots", pikepdf.String("no list")),
        ("/Annots", Array([1, None, Name.X])),
        ("/Resources", Array([])),
        ("/Contents", Dictionary()),
        ("/MediaBox", Name.X),
    ):
        odd = tmp_path / "odd.pdf"
        with pikepdf.open(file) as pdf:
            pdf.pages[0].obj[key] = value
            pdf.save(odd)
        try:
            assert len(cut(odd, tmp_path)) == 2
        except Refused as refused:
            assert refused.outcome.reason == "damaged"
