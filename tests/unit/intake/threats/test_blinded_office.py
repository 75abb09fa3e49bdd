"""What acts in an office file is found or the file refused, whatever is done to keep a look from its end."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import pytest

from processors.agencies import Policy
from processors.config import Limits
from processors.formats import kinds
from processors.formats.port import Refused
from processors.intake.threats import ole, package
from processors.intake.threats.door import Door
from processors.intake.threats.finding import Finding
from tests.corpus import office
from tests.corpus import ole as written_ole
from tests.corpus.hostile.blinding import blinded_office


def test_a_storage_is_looked_through_to_its_end_or_refused() -> None:
    acts: written_ole.Tree = {"VBA": {"dir": b"x"}}
    assert ole.findings(io.BytesIO(written_ole.storage(acts))) == {Finding.VBA}
    # a stream's name, and no stream
    with pytest.raises(Refused):
        ole.findings(io.BytesIO(written_ole.storage({"Book": {"x": b"x"}, **acts})))
    # an entry that leads nowhere: what is behind it is not listed
    lost = bytearray(written_ole.storage({"A": b"x", **acts}))
    at = lost.index("VBA\0".encode("utf-16-le"))
    first = lost.index("A\0".encode("utf-16-le"))
    assert first < at
    lost[first + 72 : first + 76] = b"\xaa\xaa\0\0"  # its neighbour
    with pytest.raises(Refused):
        ole.findings(io.BytesIO(bytes(lost)))


def test_what_is_no_storage_holds_nothing() -> None:
    assert ole.findings(io.BytesIO(b"x" * 4096)) == frozenset()


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        (0, "damaged"),
        (1, "macros"),
        (2, "damaged"),
        (3, "damaged"),
        (4, "external_reference"),
        (5, "external_reference"),
        (6, "macros"),
        (7, "embedded_file"),
    ],
)
def test_what_acts_in_an_office_file_is_found_or_the_file_refused(
    tmp_path: Path, variant: int, reason: str
) -> None:
    made = blinded_office(variant, Random(1), "127.0.0.1:9")
    file = tmp_path / made.name
    file.write_bytes(made.content)
    kind = {"docx": kinds.DOCX, "xlsx": kinds.XLSX, "doc": kinds.DOC}[made.name.rpartition(".")[2]]
    strict = Policy(macros="reject", embedded_files="reject", external_references="reject")
    with pytest.raises(Refused) as refused:
        Door(strict, Limits()).inspect(file, kind)
    assert refused.value.outcome.reason == reason


INSTRUCTION = "<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>"
LISTENS = '<office:scripts><x:event-listener x:name="a>b" y:href="vnd.sun&#46;star.script:a"/></office:scripts>'


@pytest.mark.parametrize(
    ("name", "xml", "finding"),
    [
        ("word/footnotes.xml", INSTRUCTION.format("DDEAUTO cmd"), Finding.DDE),
        ("word/footnotes.xml", INSTRUCTION.format("&#x44;DE cmd"), Finding.DDE),
        ("word/footnotes.xml", INSTRUCTION.format("D<?x ?>DE cmd"), Finding.DDE),
        ("word/footnotes.xml", INSTRUCTION.format("<![CDATA[DDE]]> cmd"), Finding.DDE),
        # what looks like the beginning of a comment, and is none, hides nothing
        ("word/footnotes.xml", "<a><![CDATA[<!--]]></a>" + INSTRUCTION.format("D<!-- -->DE"), Finding.DDE),
        ("word/footnotes.xml", "<?x <!-- ?>" + INSTRUCTION.format("D<!-- -->DE"), Finding.DDE),
        ("word/footnotes.xml", INSTRUCTION.format("DDE").replace("w:", "any.thing-else:"), Finding.DDE),
        ("word/footnotes.dat", INSTRUCTION.format("DDE"), Finding.DDE),
        ("word/footnotes.xml", "<w:fldSimple w:instr='DDE cmd'/>", Finding.DDE),
        ("content.xml", LISTENS, Finding.BASIC),
        ("content.xml", '<t:section-source t:a="a>b" l:href="http://a.example"/>', Finding.LINKED_OBJECT),
        (
            "word/_rels/a.rels",
            '<Relationship Id="a>b" Type="x/attachedTemplate" Target="http://a.example" TargetMode="External"/>',
            Finding.TEMPLATE,
        ),
        ("xl/_rels/a.rels", '<Relationship Id="a" Type="x/vbaProject" Target="a"/>', Finding.VBA),
        # a drawing, and a page for the web
        ("word/media/a.svg", '<!DOCTYPE svg PUBLIC "-//W3C//DTD" "http://www.w3.org/a.dtd"><svg/>', None),
        ("word/afchunk.htm", "<html><object data='a'></object></html>", None),
        ("word/footnotes.xml", INSTRUCTION.format("ADDENDUM"), None),
    ],
)
def test_xml_hides_nothing(tmp_path: Path, name: str, xml: str, finding: Finding | None) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra={name: xml}))
    assert package.findings(file, Limits()) == ({finding} if finding else frozenset())


def test_an_object_is_looked_into_however_large(tmp_path: Path) -> None:
    large = written_ole.storage({"\x01Ole10Native": b"MZ", "x": Random(1).randbytes(4096) * 300})
    file = tmp_path / "a.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra={"word/embeddings/a.bin": large}))
    assert package.findings(file, Limits()) == {Finding.PACKAGED}
    with pytest.raises(Refused) as refused:
        package.findings(file, Limits(max_bytes=1_000_000))
    assert refused.value.outcome.reason == "expands_too_far"
