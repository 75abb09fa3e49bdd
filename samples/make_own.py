"""Make the samples that are our own work: receipt, office file, mail, archive, quarantine cases, the redacted form.

`python samples/make_own.py [FORM.pdf]`; the result is kept in the repository, so this is only for changing it.
"""

from __future__ import annotations

import io
import sys
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
_RECEIPT = (
    "HARBOUR STREET STATIONERS SDN BHD",
    "12, JALAN HARBOUR, 50450 KUALA LUMPUR",
    "TEL: 03-5550 1234",
    "",
    "CASH RECEIPT",
    "DATE : 14/03/2018    10:42:17",
    "RECEIPT NO : 004217    CASHIER : 03",
    "",
    "ITEM / QTY    AMOUNT (RM)",
    "A4 PAPER 80G    5 X 4.90 = 24.50",
    "ARCHIVE BOX     10 X 3.10 = 31.00",
    "INK PAD BLACK   2 X 3.90 = 7.80",
    "",
    "SUBTOTAL    63.30",
    "ROUNDING    0.00",
    "TOTAL    63.30",
    "CASH    70.00",
    "CHANGE    6.70",
    "",
    "GOODS SOLD ARE NOT RETURNABLE. THANK YOU",
)
#: In the form's points, origin top left: the home address, and the year of birth.
_HIDDEN = ((45, 369, 290, 396), (100, 410, 290, 431))
_DPI = 200


def receipt() -> None:
    """A shop's receipt, drawn; shop, street and purchase are invented."""
    picture = Image.new("L", (900, 1320), 250)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(32)
    for row, text in enumerate(_RECEIPT):
        left, _, right = text.partition("  ")
        y = 60 + row * 60
        pen.text((70, y), left, fill=20, font=font)
        if right.strip():
            pen.text((830, y), right.strip(), fill=20, font=font, anchor="ra")
    picture.save(HERE / "receipt-stationers.png", optimize=True)


_NOTICE = (
    "HARBOUR COUNTY RECORDER",
    "2 Quay Street, Northhaven",
    "14 May 2024",
    "Ms. A. Example",
    "7 Lantern Lane, Northhaven",
    "Notice of receipt of application HC-2024-0117",
    "Dear Ms. Example,",
    "We have received your application for a copy of the deed of 7 Lantern Lane. The fee is $23.40. It was paid on "
    "13 May 2024. The copy will be sent to you within ten working days.",
    "Sincerely,",
    "Office of the Recorder",
)
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """An archive whose bytes depend on nothing but its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def notice() -> bytes:
    """A county's letter as DOCX; county, person and matter are invented."""
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in _NOTICE)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return zipped(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="{_RELATIONS}"/><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
            "_rels/.rels": f'{head}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_DOCUMENT}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{head}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        }
    )


def covering_mail() -> bytes:
    """A mail that brings the receipt; sender and addressee are invented."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Harbour Street Stationers <accounts@stationers.example>"
    mail["To"] = "Purchasing <purchasing@revenue.example>"
    mail["Date"] = "Thu, 15 Mar 2018 09:12:00 +0800"
    mail["Subject"] = "Your receipt 004217"
    mail["Message-ID"] = "<004217@stationers.example>"
    mail.set_content(
        "Dear Sir or Madam,\n\nplease find attached the receipt that you asked for.\n\nThe accounts desk\n"
    )
    picture = (HERE / "receipt-stationers.png").read_bytes()
    mail.add_attachment(picture, maintype="image", subtype="png", filename="receipt.png")
    mail.set_boundary("receipt-004217")
    return mail.as_bytes()


def office_files() -> None:
    """A letter, a mail with an attachment, and an archive with two files."""
    (HERE / "recorder-notice.docx").write_bytes(notice())
    (HERE / "receipt-by-mail.eml").write_bytes(covering_mail())
    note = "The notice was sent on 14 May 2024.\nGeb\u00fchr bezahlt, Stra\u00dfe gepr\u00fcft.\n".encode("cp1252")
    (HERE / "recorder-file.zip").write_bytes(zipped({"2024/notice.docx": notice(), "2024/note.txt": note}))


def quarantine_cases() -> None:
    """What must not come through: locked, empty, and a program under a document's name."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        locked = pikepdf.Encryption(owner="owner", user="user")
        pdf.save(HERE / "locked.pdf", encryption=locked, static_id=False)
    (HERE / "empty.pdf").write_bytes(b"")
    # The header of a Windows program, with nothing behind it that could run.
    (HERE / "program.pdf").write_bytes(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(112))


def redacted(form: Path) -> None:
    """The first page of a FARA short form, without the person's home and birth."""
    page = pypdfium2.PdfDocument(form)[0]
    picture = page.render(scale=_DPI / 72).to_pil().convert("L")
    pen = ImageDraw.Draw(picture)
    for box in _HIDDEN:
        pen.rectangle([value * _DPI / 72 for value in box], fill=0)
    picture.point(lambda grey: 255 * (grey > 140)).convert("1").save(
        HERE / "fara-short-form.pdf", resolution=_DPI, title="", producer="", creator=""
    )


if __name__ == "__main__":
    receipt()
    office_files()
    quarantine_cases()
    if len(sys.argv) > 1:
        redacted(Path(sys.argv[1]))
