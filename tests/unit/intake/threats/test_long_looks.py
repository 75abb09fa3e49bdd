"""A look through a file takes as long as the file, whatever its sender repeats in it.

Each of these takes minutes where an expression reads on to the end from every place at which it could begin.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.config import Limits
from processors.formats.port import Refused
from processors.intake.threats import package, pdf_words, rtf
from processors.intake.threats.finding import Finding
from tests.corpus import office

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("word/_rels/a.rels", '<Relationship a="'),
        ("word/_rels/a.rels", "<Relationship "),
        ("content.xml", '<a:object "'),
        ("content.xml", "<a:event-listener '"),
        ("word/footnotes.xml", "<a:instrText "),
    ],
)
def test_tags_without_an_end_are_refused_at_once(tmp_path: Path, name: str, unit: str) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra={name: unit * 60_000}))
    with pytest.raises(Refused) as refused:
        package.findings(file, Limits())
    assert refused.value.outcome.reason == "damaged"


@pytest.mark.parametrize("unit", ["a", "a ", "a=", 'a="" ', "a="])
def test_a_tag_may_have_a_long_rest(tmp_path: Path, unit: str) -> None:
    xml = f'<Relationship {unit * 300_000} Type="x/vbaProject"/>'
    file = tmp_path / "a.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra={"word/_rels/a.rels": xml}))
    assert package.findings(file, Limits()) == {Finding.VBA}


@pytest.mark.parametrize(
    "hiding",
    [
        '<Relationship Id="a<b" Type="x/attachedTemplate" Target="http://a.example" TargetMode="External"/>',
        '<!-- <Relationship a=" --><Relationship Type="x/vbaProject" Target="a"/><!-- " Type="x"> -->',
    ],
)
def test_what_no_xml_says_is_not_taken_for_clean(tmp_path: Path, hiding: str) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra={"word/_rels/a.rels": hiding}))
    with pytest.raises(Refused):
        package.findings(file, Limits())


@pytest.mark.parametrize(
    "xml",
    [
        # text that looks like the beginning of a field
        '<w:t>:instr="</w:t><w:fldSimple w:instr="DDE cmd"/>',
        # of two fields, each in one piece
        "<w:instrText>PAGE</w:instrText><w:instrText>DDE cmd</w:instrText>",
        f"<{'p' * 300}:instrText>DDE cmd</{'p' * 300}:instrText>",
    ],
)
def test_a_command_is_found_beside_others(tmp_path: Path, xml: str) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra={"word/footnotes.xml": xml}))
    assert package.findings(file, Limits()) == {Finding.DDE}


def test_streams_of_a_pdf_are_left_out_once() -> None:
    assert pdf_words._without_streams(b"stream\n" * 600_000) == b"stream\n" * 600_000
    assert pdf_words._without_streams(b"a stream\n/JS endstream b stream\r\n/AA endstream c") == b"a  b  c"
    # behind the last end everything counts
    assert pdf_words._without_streams(b"a stream\n/JS endstream stream\n/AA") == b"a  stream\n/AA"


def test_objects_of_a_rich_text_may_begin_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "a.rtf"
    file.write_bytes(rb"{\rtf1" + rb"\objdata " * 200_000 + b"5061\\objdata 636b616765}")
    assert rtf.findings(file) == {Finding.PACKAGED}


def test_each_object_of_a_rich_text_has_its_head(tmp_path: Path) -> None:
    file = tmp_path / "a.rtf"
    for digits in (b"5061636b616765", b"5061 63{6b}61\\x 6765"):
        file.write_bytes(rb"{\rtf1\objdata 01" + b"x" * 70_000 + rb"\objdata " + digits + b"}")
        assert rtf.findings(file) == {Finding.PACKAGED}
    file.write_bytes(rb"{\rtf1\objdata 01" + b"0" * 70_000 + b"5061636b616765}")
    assert rtf.findings(file) == frozenset()
