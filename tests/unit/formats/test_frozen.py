"""Freezing alone, without LibreOffice: what a hostile file could do to the searches."""

import time
import zipfile
from pathlib import Path

import pytest

from processors.config import Limits
from processors.formats import frozen, kinds
from processors.formats.port import Terms
from tests.corpus import office


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rb"{\field{\*\fldinst DATE \\@ x}{\fldrslt 1}}", rb"{\field{\*\fldinst QUOTE \\@ x}{\fldrslt 1}}"),
        (rb"{\*\fldinst {\rtlch\fs24 \insrsid-125  TIME }}", rb"{\*\fldinst {\rtlch\fs24 \insrsid-125  QUOTE }}"),
        (rb"{\*\fldinst PAGE }", rb"{\*\fldinst PAGE }"),
        (rb"{\*\fldinst DATES }", rb"{\*\fldinst DATES }"),
        (rb"The DATE is today", rb"The DATE is today"),
    ],
)
def test_fields_of_rtf(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "f").write_bytes(before)
    assert frozen.frozen(tmp_path / "f", kinds.RTF, Terms(Limits(), tmp_path)).read_bytes() == after


@pytest.mark.parametrize(
    "content",
    [b"\\fldinst" * 100_000, b"\\fldinst" + b"\\a " * 300_000, b"\\fldinst" + b"\\a1" * 300_000 + b" " * 300_000],
)
def test_a_hostile_rtf_does_not_stop_the_search(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    begun = time.process_time()
    frozen.frozen(tmp_path / "f", kinds.RTF, Terms(Limits(), tmp_path))
    assert time.process_time() - begun < 10


def test_the_parts_keep_their_order_and_the_first_its_form(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(office.odt("x"))
    copy = frozen.frozen(tmp_path / "f", kinds.ODT, Terms(Limits(), tmp_path))
    with zipfile.ZipFile(copy) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_what_has_no_fields_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    assert frozen.frozen(tmp_path / "f", kinds.HTML, Terms(Limits(), tmp_path)) == tmp_path / "f"
