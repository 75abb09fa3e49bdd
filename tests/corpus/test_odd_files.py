"""Odd files through the door: each must end as told, none may raise."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Name

from processors.config import load
from processors.intake.stage import build
from processors.stage import Done, Rejected
from tests.corpus import make, office, ole

Maker = Callable[[Path], object]
PAGES = [make.content(make.LINES)] * 2


def raw(content: bytes) -> Maker:
    return lambda path: path.write_bytes(content)


def plain_pdf(tmp: Path) -> bytes:
    return make.pdf(tmp.with_suffix(".tmp"), PAGES).read_bytes()


def encrypted(user: str) -> Maker:
    return lambda path: make.pdf(path, PAGES, encryption=pikepdf.Encryption(owner="o", user=user))


def media_box(*box: float) -> Maker:
    return lambda path: make.pdf(path, PAGES, page={"/MediaBox": Array(list(box))})


def truncated(share: float) -> Maker:
    def write(path: Path) -> None:
        content = plain_pdf(path)
        path.write_bytes(content[: int(len(content) * share)])

    return write


def tree(change: Callable[[pikepdf.Pdf], None]) -> Maker:
    def write(path: Path) -> None:
        with pikepdf.open(make.pdf(path.with_suffix(".tmp"), PAGES)) as document:
            change(document)
            document.save(path)

    return write


def count_lies(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Count = 7


def no_kids(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = Array([])
    document.Root.Pages.Count = 0


def pages_is_a_name(document: pikepdf.Pdf) -> None:
    document.Root.Pages = Name.Nothing


def kid_is_gone(path: Path) -> None:
    path.write_bytes(re.sub(rb"(/Kids \[ \d 0 R )\d", rb"\g<1>9", plain_pdf(path)))


def two_truths(path: Path) -> None:
    """One page by its count, two by its tree."""
    path.write_bytes(plain_pdf(path).replace(b"/Count 2", b"/Count 1"))


def header_late(path: Path) -> None:
    path.write_bytes(b"HTTP/1.1 200 OK\r\n\r\n" + plain_pdf(path))


def without_xref(path: Path) -> None:
    content = plain_pdf(path)
    path.write_bytes(content[: content.rindex(b"startxref")])


def tiff(path: Path) -> None:
    frames = [make.scan(dpi=50) for _ in range(9)]
    frames[0].save(path, save_all=True, append_images=frames[1:])


CASES: dict[str, tuple[str, Maker, str]] = {
    "zero bytes": ("a.pdf", raw(b""), "empty"),
    "program named pdf": ("a.pdf", raw(b"\x7fELF\x02\x01\x01" + b"\0" * 90), "type_mismatch"),
    "program without a claim": ("a", raw(b"\x7fELF\x02\x01\x01" + b"\0" * 90), "type_not_allowed"),
    "shell script named txt": ("a.txt", raw(b"#!/bin/sh\nrm -rf /\n"), "type_mismatch"),
    "broken zip named docx": ("a.docx", raw(b"PK\x03\x04" + b"\0" * 40), "damaged"),
    "zip named docx": ("a.docx", raw(office.zipped({"a.txt": "x"})), "ok 1 +1"),
    "zip named pdf": ("a.pdf", raw(office.zipped({"a.txt": "x"})), "ok 1 +1"),
    "nothing in a zip": ("a.zip", raw(office.zipped({})), "empty"),
    "epub": ("a.epub", raw(office.zipped({"mimetype": "application/epub+zip"})), "type_not_allowed"),
    "package of nobody knows what": ("a", raw(office.zipped({"[Content_Types].xml": "<x/>"})), "type_not_allowed"),
    "storage of nobody knows what": ("a.doc", raw(ole.storage({"x": b"y"})), "damaged"),
    "storage named pdf": ("a.pdf", raw(ole.storage({"x": b"y"})), "type_mismatch"),
    "storage without a claim": ("a", raw(ole.storage({"x": b"y"})), "type_not_allowed"),
    "storage that is garbage": ("a.doc", raw(ole.storage({})[:8] + b"\xff" * 999), "damaged"),
    "mail": ("a.eml", raw(b"From: a@b.example\nSubject: x\n\nwords\n"), "ok 1"),
    "mail that is none": ("a.eml", raw(b"words\n"), "damaged"),
    "Outlook's mail": ("a.msg", raw(ole.storage(ole.message({0x37: "Subject"}))), "ok 1"),
    "table with separators": ("a.csv", raw(b"name;amount\nx;5\n"), "ok 1"),
    "data for programs": ("a.json", raw(b'{"a": 1}'), "type_not_allowed"),
    "markup for programs": ("a.xml", raw(b'<?xml version="1.0"?><invoice/>'), "type_not_allowed"),
    "text in latin-1": ("a.txt", raw("Straße 5, München, Gebühr für Prüfung\n".encode("latin-1")), "ok 1"),
    "text in utf-16": ("a.txt", raw("Straße 5\n".encode("utf-16")), "ok 1"),
    "noise named pdf": ("a.pdf", raw(bytes(range(256)) * 9), "type_mismatch"),
    "only a header": ("a.pdf", raw(b"%PDF-1.7\n"), "damaged"),
    "truncated at half": ("a.pdf", truncated(0.5), "damaged"),
    "truncated at the last object": ("a.pdf", truncated(0.7), "damaged"),
    "cross-reference lost": ("a.pdf", without_xref, "ok 2"),
    "header late": ("a.pdf", header_late, "ok 2"),
    "user password": ("a.pdf", encrypted("secret"), "encrypted"),
    "owner password only": ("a.pdf", encrypted(""), "ok 2"),
    "gigantic page": ("a.pdf", media_box(0, 0, 1e7, 1e7), "page_too_large"),
    "largest page at its largest": ("a.pdf", media_box(0, 0, 14400, 14400), "page_too_large"),
    "a long strip": ("a.pdf", media_box(0, 0, 14400, 300), "ok 2"),
    "page turned inside out": ("a.pdf", media_box(612, 792, 0, 0), "ok 2"),
    "page without area": ("a.pdf", media_box(0, 0, 0, 0), "ok 2"),
    "count lies": ("a.pdf", tree(count_lies), "ok 2"),
    "a page is gone": ("a.pdf", kid_is_gone, "damaged"),
    "two readers see different documents": ("a.pdf", two_truths, "damaged"),
    "no pages": ("a.pdf", tree(no_kids), "no_pages"),
    "pages is a name": ("a.pdf", tree(pages_is_a_name), "damaged"),
    "png bomb": ("a.png", raw(make.png_header(50_000, 50_000)), "page_too_large"),
    "png bomb that Pillow only warns of": ("a.png", raw(make.png_header(10_000, 9_000)), "page_too_large"),
    "tiff with huge sides": ("a.tif", raw(make.tiff_header(65_535, 65_535)), "page_too_large"),
    "tiff cut off": ("a.tif", raw(b"II*\0\x08\0\0\0"), "damaged"),
    "jpeg cut off": ("a.jpg", raw(b"\xff\xd8\xff\xe0\0\x10JFIF\0"), "damaged"),
    "nine frames": ("a.tif", tiff, "ok 9"),
    "scan misnamed": ("a.pdf", lambda path: make.scan(dpi=50).save(path, "PNG"), "ok 1"),
    "text": ("a.txt", raw("Straße 5\n".encode()), "ok 1"),
    "text named pdf": ("a.pdf", raw(b"not a pdf at all"), "type_mismatch"),
}


@pytest.mark.parametrize("case", CASES)
def test_odd_file_ends_as_told(tmp_path: Path, case: str) -> None:
    name, write, expected = CASES[case]
    path = tmp_path / name
    write(path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    outcome = build(load({})).process(make.upload(path, scratch))
    if isinstance(outcome, Done):
        ended = f"ok {outcome.events[0].data.document.original.pages}"
        ended += f" +{len(outcome.enclosures)}" if outcome.enclosures else ""
    else:
        assert isinstance(outcome, Rejected)
        ended = str(outcome.reason.value)
    assert ended == expected


@pytest.mark.parametrize(
    "untrusted_name",
    [
        "=cmd|' /C calc'!A1.pdf",
        "\u202efdp.pdf",
        "a\nb\r.pdf",
        "n" * 800 + ".pdf",
        "../../etc/x.pdf",
        "\0.pdf",
        ".pdf",
    ],
)
def test_names_are_neither_paths_nor_repeated(tmp_path: Path, untrusted_name: str) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\x7fELF" + b"\0" * 90)
    outcome = build(load({})).process(make.upload(path, tmp_path, untrusted_name))
    assert isinstance(outcome, Rejected)
    assert outcome.details == {"found": "application/x-executable", "claimed": "application/pdf"}
