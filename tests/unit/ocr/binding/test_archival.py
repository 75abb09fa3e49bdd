"""PDF/A is claimed for what was checked, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from processors.formats import detect
from processors.ocr.binding import Bound, Remark
from tests.unit.ocr.binding.make import bound, helvetica, page, scan, searchable, word

WORDS = (word("Ordinary", (20.0, 40.0, 70.0, 52.0)),)


def made_of(tmp_path: Path, change: Callable[[Pdf], object], content: bytes = b"") -> Bound:
    source = scan(tmp_path / "scan.pdf", content=content)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(source)
    return bound(tmp_path, source, detect.PDF, page(WORDS))


def claim(made: Bound) -> str:
    with pikepdf.open(searchable(made)) as pdf, pdf.open_metadata() as metadata:
        return metadata.pdfa_status


def test_a_scan_becomes_pdf_a(tmp_path: Path) -> None:
    made = made_of(tmp_path, lambda pdf: None)
    assert made.notes == ()
    assert claim(made) == "2B"
    with pikepdf.open(searchable(made)) as pdf:
        assert pdf.pdf_version == "1.7"
        assert "/Info" not in pdf.trailer
        assert len(pdf.trailer.ID) == 2
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == Name.GTS_PDFA1
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def _picture(pdf: Pdf, **entries: Any) -> None:
    shown = pdf.pages[0].Resources.XObject.Im0
    for key, value in entries.items():
        shown["/" + key] = value


def _claim(pdf: Pdf) -> None:
    with pdf.open_metadata() as metadata:
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "3", "U"
    pdf.Root.Outlines = Dictionary()


@pytest.mark.parametrize(
    ("change", "content", "why"),
    [
        (lambda pdf: _picture(pdf, ColorSpace=Name.DeviceCMYK), b"", Remark.NOT_ARCHIVAL_COLOURS),
        (lambda pdf: _picture(pdf, ColorSpace=Array([Name.Lab, Dictionary()])), b"", Remark.NOT_ARCHIVAL_COLOURS),
        (lambda pdf: _picture(pdf, Filter=Name.JPXDecode), b"", Remark.NOT_ARCHIVAL_PICTURES),
        (lambda pdf: _picture(pdf, Filter=Array([Name.LZWDecode])), b"", Remark.NOT_ARCHIVAL_PICTURES),
        (lambda pdf: _picture(pdf, Interpolate=True), b"", Remark.NOT_ARCHIVAL_PICTURES),
        (lambda pdf: None, b"0 0 0 1 k 0 0 9 9 re f\n", Remark.NOT_ARCHIVAL_DRAWING),
        (lambda pdf: None, b"/G gs\n", Remark.NOT_ARCHIVAL_DRAWING),
        (lambda pdf: setattr(pdf.Root, "OCProperties", Dictionary()), b"", Remark.NOT_ARCHIVAL_STRUCTURE),
        (
            lambda pdf: setattr(pdf.pages[0].obj, "Annots", Array([Dictionary()])),
            b"",
            Remark.NOT_ARCHIVAL_STRUCTURE,
        ),
        (
            lambda pdf: setattr(pdf.pages[0].obj, "MediaBox", Array([0, 0, 2, 2])),
            b"",
            Remark.NOT_ARCHIVAL_STRUCTURE,
        ),
        (_claim, b"", Remark.NOT_ARCHIVAL_STRUCTURE),
    ],
)
def test_what_was_not_checked_is_not_claimed(
    tmp_path: Path, change: Callable[[Pdf], object], content: bytes, why: Remark
) -> None:
    made = made_of(tmp_path, change, content)
    assert made.notes == (why,)
    assert claim(made) == ""


def test_text_of_its_own_is_not_claimed(tmp_path: Path) -> None:
    source = helvetica(scan(tmp_path / "scan.pdf", content=b"BT /F 9 Tf (seen) Tj ET\n"))
    made = bound(tmp_path, source, detect.PDF, page(source="text_layer"))
    assert made.notes == (Remark.NOT_ARCHIVAL_FONTS,)
    assert claim(made) == ""


def test_a_strangers_metadata_do_not_come_along(tmp_path: Path) -> None:
    def describe(pdf: Pdf) -> None:
        pdf.Root.Metadata = pdf.make_stream(b"<broken", Type=Name.Metadata, Subtype=Name.XML)
        pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String("untrue")))

    made = made_of(tmp_path, describe)
    assert claim(made) == "2B"
    assert b"untrue" not in searchable(made).read_bytes()
