"""Small documents made on the spot, ordinary and odd; nothing here is copied from anywhere."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from processors.events import DocumentId, Event, EventData, ObjectCreated, Original
from processors.stage import Work

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LINES = (
    "The applicant filed the annual report on 14 March 2024",
    "with the Office of Public Records in Springfield.",
    "Invoice number 2024-00817, total amount 1,249.50 EUR,",
    "payable within thirty days of receipt of this letter.",
    "Registrant: Northern Lakes Heritage Foundation",
)
LETTER = (612, 792)
D = TypeVar("D", bound=EventData)


def event(data: D) -> Event[D]:
    return Event(id="1", type=data.TYPE, source="/test", time=datetime(2024, 5, 6, tzinfo=UTC), data=data)


def upload(path: Path, scratch: Path, name: str = "") -> Work:
    original = Original(bucket="inbox-a", key=name or path.name, version_id="v1", size=path.stat().st_size)
    data = ObjectCreated(document=DocumentId(id="d1", agency="a", original=original), same_content_as="d0")
    return Work(event(data), {"original": path}, scratch)


def content(lines: Sequence[str], mode: int = 0, top: float = 700) -> bytes:
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    return f"BT /F1 14 Tf {mode} Tr 20 TL 72 {top} Td {shown} ET".encode()


def pdf(
    path: Path,
    pages: Sequence[bytes],
    *,
    size: tuple[float, float] = LETTER,
    page: Mapping[str, pikepdf.Object | int] | None = None,
    encryption: pikepdf.Encryption | bool = False,
    background: Image.Image | None = None,
) -> Path:
    """A PDF with Helvetica as /F1, and optionally an image over the whole of every page."""
    with pikepdf.new() as document:
        font = document.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        )
        resources = Dictionary(Font=Dictionary(F1=font))
        if background is not None:
            picture = document.make_stream(
                background.tobytes(),
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=background.width,
                Height=background.height,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=8,
            )
            resources.XObject = Dictionary(I1=picture)
        for drawn in pages:
            under = b"" if background is None else f"q {size[0]} 0 0 {size[1]} 0 0 cm /I1 Do Q ".encode()
            made = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, *size]),
                Resources=resources,
                Contents=document.make_stream(under + drawn),
            )
            for key, value in (page or {}).items():
                made[key] = value
            document.pages.append(pikepdf.Page(made))
        document.save(path, encryption=encryption)
    return path


def scan(lines: Sequence[str] = LINES, dpi: int = 300, inches: tuple[float, float] = (8.5, 6.0)) -> Image.Image:
    """A picture of printed lines, 12 points high."""
    image = Image.new("L", (round(inches[0] * dpi), round(inches[1] * dpi)), 255)
    font = ImageFont.truetype(FONT, round(12 / 72 * dpi))
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((dpi * 0.8, dpi * (0.8 + 0.3 * row)), line, font=font, fill=0)
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG of any claimed size and next to no data."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


def tiff_header(width: int, height: int) -> bytes:
    """A TIFF of any claimed size, one strip of nothing."""
    tags = ((256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 9))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)
