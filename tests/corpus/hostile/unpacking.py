"""Files that are more than they seem: too large, too many, too far, too long."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from random import Random

from PIL import Image

from tests.corpus import make, office
from tests.corpus.hostile.made import Made, made, pdf, stream, words, zeros

_MIB = 1 << 20
_FLATE = b"/Filter/FlateDecode"
_TWICE = b"/Filter[/FlateDecode/FlateDecode]"


def too_large(variant: int, chance: Random, canary: str) -> Made:
    """Larger than 4 MiB."""
    padding = chance.randbytes(1024) * (4 * 1024 + 16 * (variant + 1))
    name, begin = [
        ("a.pdf", pdf()), ("a.png", make.png_header(10, 10)), ("a.txt", b""), ("a.zip", b"PK\x03\x04"),
        ("a.docx", b"PK\x03\x04"), ("a.tif", make.tiff_header(10, 10)), ("a", b""),
        ("a.eml", b"From: a@b.example\n"),
    ][variant]  # fmt: skip
    return made(name, begin + padding, "too_large")


def too_many_pages(variant: int, chance: Random, canary: str) -> Made:
    """More than 500."""
    count = 501 + chance.randint(0, 400)
    if variant < 5:
        return made("a.pdf", pdf(count=count + 200 * variant), "too_many_pages")
    if variant == 5:
        frames = [Image.new("1", (8, 8))] * count
        out = io.BytesIO()
        frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
        return made("a.tif", out.getvalue(), "too_many_pages")
    lines = f"{words(chance, 4)}\n" * (count * 60)
    return made("a.txt" if variant == 6 else "a.csv", lines.encode(), "too_many_pages")


def page_too_large(variant: int, chance: Random, canary: str) -> Made:
    long = chance.randint(20_000, 100_000_000)
    boxes = (
        f"[0 0 {long} {long}]", f"[0 0 {long} 100]", f"[0 0 100 {long}]", "[0 0 14400 14400]",
        f"[-{long} 0 0 792]", f"[0 0 1e9 {long}]".replace("1e9", "1000000000"), f"[0 {long} 612 0]",
        f"[0 0 {chance.randint(9000, 14000)} {chance.randint(9000, 14000)}]",
    )  # fmt: skip
    return made("a.pdf", pdf(box=boxes[variant].encode()), "page_too_large")


def image_bomb(variant: int, chance: Random, canary: str) -> Made:
    side = chance.randint(30_000, 60_000)
    if variant < 4:
        return made("a.png", make.png_header(side, side // (variant + 1)), "page_too_large")
    if variant == 4:
        head = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 2835, 2835, 0, 0)
        return made("a.bmp", b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head, "page_too_large")
    if variant == 5:
        frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, side, side, 1) + b"\x01\x11\x00"
        return made(
            "a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + frame + b"\xff\xd9", "page_too_large"
        )
    picture = (
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side}/BitsPerComponent 8/ColorSpace/DeviceRGB".encode()
    )
    more = [stream(zeros((8 + variant) * _MIB), picture + _FLATE)]
    drawn = b"q 612 0 0 792 0 0 cm /I Do Q"
    return made("a.pdf", pdf(content=drawn, resources=b"/XObject<</I 6 0 R>>", more=more), "page_too_large")


def tiff_bomb(variant: int, chance: Random, canary: str) -> Made:
    width, height = chance.randint(20_000, 65_535), chance.randint(20_000, 65_535)
    content = make.tiff_header(width, height)
    if variant % 2:  # the other order of bytes
        tags = (
            (256, width),
            (257, height),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 8),
            (277, 1),
            (278, height),
            (279, 9),
        )
        entries = b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in tags)
        content = b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", len(tags)) + entries + struct.pack(">I", 0)
    return made("a.tiff" if variant % 3 else "a.tif", content, "page_too_large")


def stream_bomb(variant: int, chance: Random, canary: str) -> Made:
    """Streams of which some 300 MiB or more come out."""
    once = zeros((300 + 10 * (variant % 2)) * _MIB)
    twice = zlib.compress(once, 9)
    font = b"/Font<</F2<</Type/Font/Subtype/Type0/BaseFont/X/ToUnicode 6 0 R>>>>"
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    shown = b"/XObject<</X 6 0 R>>"
    file = [
        pdf(content=once, entries=_FLATE),
        pdf(content=twice, entries=_TWICE),
        pdf(content=b"/X Do", resources=shown, more=[stream(once, form + _FLATE)]),
        pdf(content=b"/X Do", resources=shown, more=[stream(twice, form + _TWICE)]),
        pdf(resources=font, more=[stream(once, _FLATE)]),
        pdf(content=zlib.compress(twice, 9), entries=b"/Filter[/Fl/Fl/Fl]"),
        pdf(more=[stream(twice, _TWICE)]),
        pdf(catalogue=b"/Metadata 6 0 R", more=[stream(once, b"/Type/Metadata/Subtype/XML" + _FLATE)]),
    ][variant]
    return made("a.pdf", file, "expands_too_far")


def archive_bomb(variant: int, chance: Random, canary: str) -> Made:
    large = bytes((40 + chance.randint(0, 9)) * _MIB)
    if variant < 2:
        return made("a.zip", office.zipped({"a.txt": large, "b.txt": words(chance)}), "expands_too_far")
    if variant < 4:
        body = office.paragraph(words(chance))
        return made("a.docx", office.docx(body, extra={"word/media/a.png": large}), "expands_too_far")
    if variant == 4:
        return made("a.xlsx", office.xlsx({"a": ""}, extra={"xl/media/a.png": large}), "expands_too_far")
    if variant == 5:
        return made("a.zip", _lying(large), "damaged", "expands_too_far")
    names = {f"{number}-{words(chance, 1)}.txt": b"x" for number in range(1001 + chance.randint(0, 200))}
    return made("a.zip", office.zipped(names), "too_many_files")


def _lying(large: bytes) -> bytes:
    """A ZIP that says in both of its heads that its file is small."""
    content = bytearray(office.zipped({"a.txt": large}))
    for at in (22, content.rindex(b"PK\x01\x02") + 24):
        struct.pack_into("<I", content, at, 100)
    return bytes(content)


def archive_nested(variant: int, chance: Random, canary: str) -> Made:
    """Archives in archives: each is small, all together are not."""
    if variant < 4:
        inner = office.zipped({"a.bin": bytes((5 + variant) * _MIB)})
        middle = _stored({f"{number}.zip": inner for number in range(4)})
        return made("a.zip", _stored({f"{number}.zip": middle for number in range(4)}), "expands_too_far")
    inner = _stored({f"{number}": b"x" for number in range(40 + chance.randint(0, 9))})
    return made(
        "a.zip", office.zipped({f"{number}.zip": inner for number in range(30 + variant)}), "too_many_files"
    )


def _stored(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def work_crash(variant: int, chance: Random, canary: str) -> Made:
    """Work without end, or until memory ends: forms in forms, and objects that unpack before they are seen."""
    if variant < 4:
        each = 20 + 5 * variant
        levels = 9
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</X %d 0 R>>/Font<</F1 5 0 R>>>>"
        more = [stream(b"/X Do " * each, form % (7 + level)) for level in range(levels)]
        more.append(stream(b"BT /F1 9 Tf (a) Tj ET", form % 6))
        return made(
            "a.pdf", pdf(content=b"/X Do " * each, resources=b"/XObject<</X 6 0 R>>", more=more), "work_crashed"
        )
    packed = zeros(1 << 30)
    for _ in range(variant - 3):
        packed = zlib.compress(packed, 9)
    names = b"/Filter[%s]" % (b"/FlateDecode" * (variant - 2))
    hidden = _hidden(stream(packed, b"/Type/ObjStm/N 1/First 5" + names))
    # A reader that notices in time that its memory ends sees a file without objects.
    return made("a.pdf", hidden, "work_crashed", "damaged")


def _hidden(objects: bytes) -> bytes:
    """A PDF whose catalogue lies in a stream of objects."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    at = len(out)
    out += b"2 0 obj\n%s\nendobj\n" % objects
    table = len(out)
    rows = [(0, 0, 65535), (2, 2, 0), (1, at, 0), (1, table, 0)]
    body = b"".join(struct.pack(">BIH", *row) for row in rows)
    out += b"3 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        stream(body, b"/Type/XRef/Size 4/W[1 4 2]/Root 1 0 R"),
        table,
    )
    return bytes(out)
