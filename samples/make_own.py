"""Make the samples that are our own work: the receipt, the quarantine cases, the redacted form.

`python samples/make_own.py [FORM.pdf]`; the result is kept in the repository, so this is only for changing it.
"""

from __future__ import annotations

import sys
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
    quarantine_cases()
    if len(sys.argv) > 1:
        redacted(Path(sys.argv[1]))
