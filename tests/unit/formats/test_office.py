"""Real conversions: each takes about a second of CPU."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from processors.formats import soffice
from tests.corpus import office, ole
from tests.corpus.office import field, paragraph, row
from tests.unit.formats.opening import as_old_format, needs_office, opened, refused, text_of

pytestmark = needs_office

UMLAUTS = "Gebührenbescheid für Frau Müller, Straße 5, 120,00 €"
HTML = (
    f'<html><head><meta charset="CHARSET"></head><body><h1>{UMLAUTS}</h1><table><tr><td>Posten<td>Betrag'
    "<tr><td>Prüfung<td>7,50</table><script>document.write('RUN')</script>"
)


@pytest.mark.parametrize(
    "content",
    [
        office.docx(paragraph(UMLAUTS)),
        office.docx(paragraph(UMLAUTS), macros=True),
        office.odt(UMLAUTS),
        office.xlsx({"Sheet": row(1, UMLAUTS)}),
        rb"{\rtf1\ansi\ansicpg1252 " + UMLAUTS.encode("cp1252") + b"}",
        HTML.replace("CHARSET", "utf-8").encode(),
        HTML.replace("CHARSET", "iso-8859-1").encode("cp1252"),
        HTML.replace('<meta charset="CHARSET">', "").encode("cp1252"),
        HTML.encode("utf-16"),
    ],
    ids=["docx", "docm", "odt", "xlsx", "rtf", "html", "html in latin-1", "html unnamed", "html in utf-16"],
)
def test_words_come_out_as_they_went_in(tmp_path: Path, content: bytes) -> None:
    made = opened(content, tmp_path)
    assert made.pages == 1
    assert text_of(made).split()[: len(UMLAUTS.split())] == UMLAUTS.split()
    assert "RUN" not in text_of(made)
    assert made.engine.startswith("LibreOffice")


@pytest.mark.parametrize(
    ("source", "ending"), [("docx", "doc"), ("xlsx", "xls:MS Excel 97"), ("odt", "odp"), ("odt", "ppt")]
)
def test_old_formats(tmp_path: Path, source: str, ending: str) -> None:
    made_of = {"docx": office.docx(paragraph(UMLAUTS)), "xlsx": office.xlsx({"S": row(1, UMLAUTS)})}
    if source not in made_of:
        slide = (
            f'<draw:page><draw:frame svg:width="20cm" svg:height="5cm"><draw:text-box><text:p>{UMLAUTS}</text:p>'
        )
        slides = office.odf(
            "application/vnd.oasis.opendocument.presentation",
            f"<office:presentation>{slide}</draw:text-box></draw:frame></draw:page></office:presentation>",
        )
        content = slides if ending == "odp" else as_old_format(slides, ending, tmp_path)
    else:
        content = as_old_format(made_of[source], ending, tmp_path)
    # LibreOffice breaks the line where the slide or cell ends.
    assert UMLAUTS.split() == text_of(opened(content, tmp_path)).split()[: len(UMLAUTS.split())]


def test_pages_are_the_files_own(tmp_path: Path) -> None:
    break_ = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    assert opened(office.docx(break_.join(paragraph(str(n)) for n in range(3))), tmp_path).pages == 3


def test_a_wide_sheet_keeps_its_rows_whole_and_hidden_ones_stay_hidden(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(30)]
    rows = "".join(row(number, *(f"{number}/{name}" for name in names)) for number in range(1, 101))
    made = opened(office.xlsx({"Wide": rows, "Secret": row(1, "hidden")}, frozenset(["Secret"])), tmp_path)
    text = text_of(made)
    assert "hidden" not in text
    assert made.rendition is not None
    with pypdfium2.PdfDocument(made.rendition.path) as pdf:
        first = pdf[0].get_textpage().get_text_bounded()
    assert all(f"1/{name}" in first for name in names)
    assert all(f"100/{name}" in text for name in names)


def test_dates_and_formulas_stay_what_the_author_saw(tmp_path: Path) -> None:
    fields = (
        field(r'DATE \@ "d MMMM yyyy"', "3 May 2019")
        + field("TIME", "08:15")
        + field("FILENAME", "letter.docx")
        + '<w:p><w:fldSimple w:instr=" DATE "><w:r><w:t>6 May 2019</w:t></w:r></w:fldSimple></w:p>'
    )
    text = text_of(opened(office.docx(fields), tmp_path))
    assert text.split() == ["3", "May", "2019", "08:15", "letter.docx", "6", "May", "2019"]
    cells = '<row r="1"><c><f>TODAY()</f><v>43588</v></c><c><f>1+1</f><v>7</v></c><c><f>4*5</f></c></row>'
    assert text_of(opened(office.xlsx({"S": cells}), tmp_path)).split() == ["43588", "7", "20"]
    moment = '<text:p><text:date text:date-value="2019-05-03">3 May 2019</text:date></text:p>'
    text = text_of(opened(office.odf(office.ODT, f"<office:text>{moment}</office:text>"), tmp_path))
    assert "19" in text


@pytest.mark.parametrize("ending", ["doc", "rtf"])
def test_dates_of_old_formats_stay_too(tmp_path: Path, ending: str) -> None:
    """LibreOffice writes today's date as the last result; another of its length is put in its place."""
    made = as_old_format(office.docx(field(r'DATE \@ "yyyy-MM-dd"', "x")), ending, tmp_path)
    today = date.today().isoformat()
    old = "1999-12-31"
    assert today.encode() in made or today.encode("utf-16-le") in made
    made = made.replace(today.encode(), old.encode()).replace(today.encode("utf-16-le"), old.encode("utf-16-le"))
    assert text_of(opened(made, tmp_path)).strip() == old


def test_what_was_struck_out_is_left_out(tmp_path: Path) -> None:
    struck = '<w:del w:id="1" w:author="a"><w:r><w:delText>500 EUR</w:delText></w:r></w:del>'
    added = '<w:ins w:id="2" w:author="a"><w:r><w:t>600 EUR</w:t></w:r></w:ins>'
    text = text_of(opened(office.docx(f"<w:p>{struck}{added}</w:p>"), tmp_path))
    assert ("600 EUR" in text, "500" in text) == (True, False)
    tracked = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>500 EUR</text:p>'
        "</text:deletion></text:changed-region></text:tracked-changes><text:p>600 EUR<text:change "
        'text:change-id="c1"/></text:p>'
    )
    text = text_of(opened(office.odf(office.ODT, f"<office:text>{tracked}</office:text>"), tmp_path))
    assert ("600 EUR" in text, "500" in text) == (True, False)


@pytest.mark.parametrize("passwords", [(), ("wrong",)])
def test_a_locked_file_needs_a_registered_password(tmp_path: Path, passwords: tuple[str, ...]) -> None:
    content = office.locked(office.docx(paragraph("secret words")), "open sesame", tmp_path)
    assert refused(content, tmp_path, passwords=passwords) == "encrypted"
    assert "secret words" in text_of(opened(content, tmp_path, passwords=("wrong", "open sesame")))


def test_a_locked_file_that_is_no_office_file(tmp_path: Path) -> None:
    content = office.locked(office.docx(""), "p", tmp_path)
    assert (
        refused(ole.storage({"EncryptedPackage": b"x" * 99, "EncryptionInfo": b"y" * 99}), tmp_path) == "encrypted"
    )
    assert refused(content[: len(content) // 2], tmp_path, passwords=("p",)) in ("encrypted", "type_not_allowed")


def test_a_locked_odf_is_named_so(tmp_path: Path) -> None:
    manifest = '<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    content = office.zipped({"mimetype": office.ODT, "content.xml": b"\x01\x02", "META-INF/manifest.xml": manifest})
    assert refused(content, tmp_path, passwords=("any",)) == "encrypted"


@pytest.mark.parametrize(
    "content",
    [
        office.docx("<w:p><w:not closed"),
        office.docx("x")[:-40],
        office.zipped({"[Content_Types].xml": "application/vnd.x.wordprocessingml.document.main+xml"}),
        ole.storage({"WordDocument": b"\xec\xa5" + b"\0" * 5000}),
        ole.storage({"Workbook": b"\x09\x08" + b"\xff" * 5000}),
        office.zipped({"mimetype": office.ODT}),
        office.docx(paragraph(" ")),
        office.xlsx({"S": ""}),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(content, tmp_path) in ("damaged", "no_pages")


def test_a_conversion_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice.convert, "__defaults__", (0.05,))
    assert refused(office.odt("x"), tmp_path) == "work_crashed"


def test_the_senders_file_stays_as_it_was(tmp_path: Path) -> None:
    content = as_old_format(office.docx(field("DATE", "x")), "doc", tmp_path)
    opened(content, tmp_path)
    assert (tmp_path / "upload").read_bytes() == content
