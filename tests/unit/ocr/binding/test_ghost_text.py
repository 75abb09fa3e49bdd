"""Old invisible text goes, where that is safe; what can be seen stays."""

from __future__ import annotations

import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from processors.formats import detect
from processors.ocr.binding import Bound
from processors.pages import Source
from tests.unit.ocr.binding.make import (
    bound,
    difference,
    helvetica,
    page,
    rendered,
    scan,
    searchable,
    text_of,
    word,
)

GHOST = b"BT /F 10 Tf 3 Tr 20 200 Td (gxrbqge) Tj ET\n"
WORDS = (word("Better", (20.0, 40.0, 70.0, 52.0)),)


def made_of(tmp_path: Path, content: bytes, source: Source = "ocr") -> Bound:
    pdf = helvetica(scan(tmp_path / "scan.pdf", content=content))
    return bound(tmp_path, pdf, detect.PDF, page(WORDS, source=source))


@pytest.mark.parametrize(
    "content",
    [
        GHOST,
        b"q 3 Tr BT /F 10 Tf 20 200 Td [(gxr) -20 (bqge)] TJ T* (x) ' ET Q\n",
        b"/Span <</ActualText (gxrbqge)>> BDC " + GHOST + b"EMC\n",
        b"q 1 g 0 0 0 RG 2 w q BT /F 10 Tf 3 Tr (gxrbqge) Tj ET Q Q\n",
    ],
)
def test_an_old_invisible_layer_is_replaced(tmp_path: Path, content: bytes) -> None:
    made = made_of(tmp_path, content)
    assert text_of(searchable(made)) == "Better"
    assert made.notes == ()  # the font that was not in the file is gone as well
    assert difference(rendered(tmp_path / "scan.pdf"), rendered(searchable(made))) == 0


@pytest.mark.parametrize(
    "content",
    [
        GHOST + b"BT /F 10 Tf 0 Tr 20 100 Td (seen) Tj ET\n",
        b"q 3 Tr Q BT /F 10 Tf 20 200 Td (gxrbqge) Tj ET\n",
        GHOST + b"0 0 50 50 re f\n",
        GHOST + b"BT 7 Tr /F 10 Tf (clip) Tj ET\n",
    ],
)
def test_in_doubt_the_page_stays(tmp_path: Path, content: bytes) -> None:
    made = made_of(tmp_path, content)
    assert "gxrbqge" in text_of(searchable(made))
    assert "Better" in text_of(searchable(made))
    assert difference(rendered(tmp_path / "scan.pdf"), rendered(searchable(made))) == 0


def test_a_good_text_layer_stays(tmp_path: Path) -> None:
    assert text_of(searchable(made_of(tmp_path, GHOST, source="text_layer"))) == "gxrbqge"


@pytest.mark.parametrize(("inner", "stays"), [(GHOST, False), (GHOST + b"0 0 9 9 re f\n", True)])
def test_a_layer_in_a_form_of_its_own(tmp_path: Path, inner: bytes, stays: bool) -> None:
    source = helvetica(scan(tmp_path / "scan.pdf", content=b"q /Layer Do Q\n"))
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        resources = pdf.pages[0].Resources
        form = pdf.make_stream(inner, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 300])
        form.Resources = Dictionary(Font=resources.Font)
        resources.XObject.Layer = form
        pdf.save(source)
    made = bound(tmp_path, source, detect.PDF, page(WORDS))
    assert ("gxrbqge" in text_of(searchable(made))) is stays


def test_a_stream_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    source = helvetica(scan(tmp_path / "scan.pdf"))
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        packed = zlib.compress(b" " * (64 * 1024 * 1024) + GHOST, 9)
        pdf.pages[0].obj.Contents = pdf.make_stream(packed, Filter=Name.FlateDecode)
        pdf.save(source, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    made = bound(tmp_path, source, detect.PDF, page(WORDS))
    with pikepdf.open(searchable(made)) as pdf:
        assert pdf.pages[0].Contents[1].read_raw_bytes() == packed
