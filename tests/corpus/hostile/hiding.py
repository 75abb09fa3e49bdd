"""Files in which another hides: of two types at once, with a late header, with files inside, with malware."""

from __future__ import annotations

import io
import struct
from email.message import EmailMessage
from random import Random

from PIL import Image

from tests.corpus import office, ole
from tests.corpus.hostile.made import Made, made, pdf, stream, words

#: In two halves, so that no scanner takes this source for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _picture(kind: str, chance: Random) -> bytes:
    out = io.BytesIO()
    Image.frombytes("L", (40, 40), chance.randbytes(1600)).save(out, kind)
    return out.getvalue()


def polyglot(variant: int, chance: Random, canary: str) -> Made:
    archive = office.zipped({"a.exe": b"MZ" + chance.randbytes(200)})
    page = b"<html><script src='http://%s/'></script>" % canary.encode()
    commented = bytearray(archive + page)
    struct.pack_into("<H", commented, len(archive) - 2, len(page))
    name, content = [
        ("a.pdf", pdf() + archive),
        ("a.pdf", pdf() + office.docx(office.paragraph(words(chance)))),
        ("a.jpg", _picture("JPEG", chance) + archive),
        ("a.png", _picture("PNG", chance) + b"Rar!\x1a\x07\x01\x00" + chance.randbytes(200)),
        ("a.pdf", pdf() + b"7z\xbc\xaf'\x1c\x00\x04" + chance.randbytes(200)),
        ("a.html", page + pdf()),
        ("a.zip", bytes(commented)),
        ("a.jpg", _picture("JPEG", chance) + page),
    ][variant]
    return made(name, content, "polyglot")


def header_offset(variant: int, chance: Random, canary: str) -> Made:
    before = [
        bytes(900),
        b"GIF89a" + bytes(900),
        b"MZ" + chance.randbytes(500),
        b"#!/bin/sh\ncurl http://%s/\nexit\n" % canary.encode(),
        b"\x89PNG\r\n\x1a\n" + chance.randbytes(300),
        b"\xff\xd8\xff\xe0" + chance.randbytes(300),
        b"{\\rtf1 " + words(chance).encode() + b"}",
        b"\x7fELF" + chance.randbytes(600),
    ][variant]
    return made("a.pdf", before.replace(b"%PDF", b"") + pdf(), "polyglot")


def embedded_file(variant: int, chance: Random, canary: str) -> Made:
    program = b"MZ" + chance.randbytes(300)
    spec = b"<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>"
    inside = [spec, stream(program, b"/Type/EmbeddedFile")]
    packaged = ole.storage({"\x01Ole10Native": struct.pack("<I", len(program)) + program})
    rich = b"{\\rtf1 {\\object\\objemb{\\*\\objdata 0105000002000000 %s %s}}}" % (
        b"Package".hex().encode(),
        program.hex().encode(),
    )
    name, content = [
        ("a.pdf", pdf(catalogue=b"/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>", more=inside)),
        ("a.pdf", pdf(catalogue=b"/AF[6 0 R]", more=inside)),
        ("a.pdf", pdf(page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 6 0 R>>]", more=inside)),
        ("a.pdf", pdf(catalogue=b"/Names<</EmbeddedFiles<</Names[(a)%s]>>>>" % spec, more=[b"null", inside[1]])),
        (
            "a.docx",
            office.docx(office.paragraph(words(chance)), extra={"word/embeddings/oleObject1.bin": packaged}),
        ),
        ("a.xlsx", office.xlsx({"a": ""}, extra={"xl/embeddings/oleObject1.bin": packaged})),
        ("a.doc", ole.storage({"WordDocument": bytes(4096), "ObjectPool": {"_1": {"\x01Ole10Native": program}}})),
        ("a.rtf", rich),
    ][variant]
    return made(name, content, "embedded_file")


def malware(variant: int, chance: Random, canary: str) -> Made:
    """The harmless file that every scanner knows, by itself and packed."""
    if variant == 7:
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = "a@b.example", words(chance, 3), "<1@b.example>"
        mail.set_content(words(chance))
        mail.add_attachment(EICAR, maintype="application", subtype="octet-stream", filename="a.com")
        mail.set_boundary("=-=")
        return made("a.eml", mail.as_bytes(), "malware")
    name, content = [
        ("a.com", EICAR),
        ("a.txt", EICAR),
        ("a.pdf", EICAR),
        ("a", EICAR),
        ("a.zip", office.zipped({"a.com": EICAR})),
        ("a.zip", office.zipped({f"{words(chance, 1)}.zip": office.zipped({"a.com": EICAR})})),
        ("a.docx", office.docx(office.paragraph(words(chance)), extra={"word/media/a.com": EICAR})),
    ][variant]
    return made(name, content, "malware")
