"""Files that are not what they should be: empty, cut off, noise, misnamed, locked."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
from pathlib import Path
from random import Random
from typing import Literal

import pikepdf
from PIL import Image

from tests.corpus import office, ole
from tests.corpus.hostile.made import Made, made, pdf, words


def empty(variant: int, chance: Random, canary: str) -> Made:
    names = ("a.pdf", "a.docx", "a.png", "a.txt", "a.eml", "a.zip", "a", "a.xlsx")
    return made(names[variant], b"", "empty")


def _picture(kind: str, chance: Random) -> bytes:
    out = io.BytesIO()
    image = Image.frombytes("L", (64, 64), chance.randbytes(64 * 64))
    image.save(out, kind)
    return out.getvalue()


def truncated(variant: int, chance: Random, canary: str) -> Made:
    share = chance.uniform(0.3, 0.6)
    whole, name = [
        (pdf(), "a.pdf"),
        (pdf(count=3), "b.pdf"),
        (pdf(content=words(chance, 4000).encode()), "c.pdf"),
        (office.docx(office.paragraph(words(chance))), "a.docx"),
        (office.odt(words(chance)), "a.odt"),
        (_picture("PNG", chance)[:30], "a.png"),
        (_picture("TIFF", chance)[:9] * 2, "a.tif"),
        (office.zipped({"a.txt": words(chance), "b.txt": words(chance)}), "a.zip"),
    ][variant]
    return made(name, whole[: int(len(whole) * share)] if variant not in (5, 6) else whole, "damaged")


def noise(variant: int, chance: Random, canary: str) -> Made:
    # A first byte with which no known type begins.
    content = b"\x93" + chance.randbytes(chance.randint(2_000, 60_000))
    if variant % 2:
        return made(f"noise{variant}", content, "type_not_allowed")
    return made(f"noise{variant}.{('pdf', 'docx', 'png', 'txt')[variant // 2]}", content, "type_mismatch")


def wrong_type(variant: int, chance: Random, canary: str) -> Made:
    name, content = [
        ("a.pdf", b"\x7fELF\x02\x01\x01" + chance.randbytes(900)),
        ("a.docx", b"MZ" + chance.randbytes(900)),
        ("a.pdf", words(chance).encode()),
        ("a.txt", b"#!/bin/sh\ncurl http://%s/\n" % canary.encode()),
        ("a.png", b"GIF89a" + chance.randbytes(900)),
        ("a.pdf", ole.storage({"x": chance.randbytes(90)})),
        ("a.pdf", b'<?xml version="1.0"?><invoice>%s</invoice>' % words(chance).encode()),
        ("a.xlsx", b"\xca\xfe\xba\xbe" + chance.randbytes(900)),
    ][variant]
    return made(name, content, "type_mismatch")


def encrypted(variant: int, chance: Random, canary: str) -> Made:
    secret = words(chance, 2)
    if variant < 4:
        out = io.BytesIO()
        revisions: tuple[Literal[2, 3, 4, 6], ...] = (2, 3, 4, 6)
        revision = revisions[variant]
        with pikepdf.open(io.BytesIO(pdf())) as document:
            lock = pikepdf.Encryption(owner="o", user=secret, R=revision, aes=revision >= 4, metadata=revision >= 4)
            document.save(out, encryption=lock)
        return made("a.pdf", out.getvalue(), "encrypted")
    if variant < 6:
        plain = office.docx(office.paragraph(words(chance))) if variant == 4 else office.xlsx({"a": ""})
        with tempfile.TemporaryDirectory() as folder:
            content = office.locked(plain, secret, Path(folder))
        return made("a.docx" if variant == 4 else "a.xlsx", content, "encrypted")
    if variant == 6:
        return made("a.zip", _locked_zip(chance), "encrypted")
    manifest = '<manifest:encryption-data xmlns:manifest="x"/>'
    return made("a.odt", office.zipped({"mimetype": office.ODT, "META-INF/manifest.xml": manifest}), "encrypted")


def _locked_zip(chance: Random) -> bytes:
    """A ZIP whose entry says that it is encrypted, in both of its heads."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), chance.randbytes(400))
    content = bytearray(out.getvalue())
    directory = content.rindex(b"PK\x01\x02")
    for at in (6, directory + 8):
        struct.pack_into("<H", content, at, struct.unpack_from("<H", content, at)[0] | 1)
    return bytes(content)


def bad_name(variant: int, chance: Random, canary: str) -> Made:
    """Names that are paths, formulas or lies; texts in no encoding."""
    program = b"\x7fELF\x02\x01\x01" + chance.randbytes(300)
    if variant < 6:
        names = (
            "=cmd|' /C calc'!A1.pdf",
            "\u202efdp.pdf",
            "a\nb\r.pdf",
            "n" * 240 + ".pdf",
            "%2e%2e/x.pdf",
            ".pdf",
        )
        return made(names[variant], program, "type_mismatch")
    nearly = words(chance, 400).encode().replace(b"a", "ä".encode()) + b"\xff\xfe\x00\xc3" + chance.randbytes(64)
    return made("a.txt" if variant == 6 else "a.csv", nearly, "type_mismatch", "type_not_allowed", "damaged")
