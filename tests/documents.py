"""Small documents for tests, made on the spot."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import pikepdf
from PIL import Image, ImageDraw, ImageFont


def text_pdf(lines: Sequence[str], pages: int = 1) -> bytes:
    """A born-digital PDF with these lines on every page, in Helvetica."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(612, 792))
        shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
        content = f"BT /F1 11 Tf 14 TL 72 720 Td {shown} ET".encode("cp1252", "replace")
        page.Contents = pdf.make_stream(content)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    return _saved(pdf)


def encrypted_pdf() -> bytes:
    """A PDF that needs a password to open."""
    pdf = pikepdf.open(io.BytesIO(text_pdf(["Secret"])))
    out = io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(user="open sesame", owner="owner"))
    return out.getvalue()


def gigantic_pdf() -> bytes:
    """A PDF of some hundred bytes whose only page is 10 million points wide."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(100, 100))
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 10_000_000, 10_000_000])
    return _saved(pdf)


def program() -> bytes:
    """The head of an ELF program; it cannot run."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + bytes(200)


def scan_png(lines: Sequence[str], width: int = 1654, height: int = 2339) -> bytes:
    """A clean page picture at 200 dpi (A4) with these lines in DejaVu Sans."""
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype("DejaVuSans.ttf", 34)
    for number, line in enumerate(lines):
        draw.text((150, 150 + 60 * number), line, fill=0, font=font)
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
