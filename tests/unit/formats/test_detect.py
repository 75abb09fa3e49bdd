from pathlib import Path

import pytest

from processors.formats import detect, kinds
from tests.corpus import office, ole

PE = b"MZ" + b"\0" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIL = b"Received: from a by b; 6 May 2024 10:00 +0000\r\n\tfor c\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nHello"
MEMO = b"From: the Director\nTo: all staff\nDate: 6 May 2024\nSubject: Leave\n\nPlease note.\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xef\xbb\xbf%PDF-1.4\n\xff", "application/pdf"),
        (b"\xfe" * 1000 + b"%PDF-1.4", "application/pdf"),
        (b"\xfe" * 1024 + b"\0%PDF-1.4", detect.UNKNOWN),
        (b"\x7fELF" + b"\0" * 20 + b"%PDF-1.4", detect.PROGRAM),
        (PE + b"%PDF-1.4", detect.PROGRAM),
        (b"#!/bin/sh\n%PDF-1.4", detect.PROGRAM),
        (b"\xcf\xfa\xed\xfe\x07", detect.PROGRAM),
        (b"PK\x03\x04" + b"\0" * 26 + b"%PDF-1.4", kinds.ZIP),
        (b"\x89PNG\r\n\x1a\n%PDF-1.4", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\0\x08\0\0\0", "image/tiff"),
        (b"MM\0*\0\0\0\x08", "image/tiff"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM" + b"\0" * 12 + b"\x28\0\0\0", "image/bmp"),
        (b"BMW sells cars in Munich and elsewhere.", detect.TEXT),
        ("Zürich, 5 €\r\n\tund mehr\f".encode(), detect.TEXT),
        ("Zürich".encode("latin-1"), detect.TEXT),
        (b"one\0zero", detect.UNKNOWN),
        (b"GIF89a\x01\0\x01\0", "image/gif"),
        # OLE storages
        (OLE + b"\0" * 600, kinds.OLE),
        (OLE + b"\xff" * 600, kinds.OLE),
        (ole.storage({"WordDocument": b"x" * 5000}), kinds.DOC),
        (ole.storage({"Workbook": b"x" * 5000}), kinds.XLS),
        (ole.storage({"PowerPoint Document": b"x" * 5000}), kinds.PPT),
        (ole.storage(ole.message({0x37: "Subject"})), kinds.MSG),
        (ole.storage({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), kinds.LOCKED_OFFICE),
        (ole.storage({"Something": b"x"}), kinds.OLE),
        # zip packages
        (office.docx(office.paragraph("x")), kinds.DOCX),
        (office.docx(office.paragraph("x"), macros=True), kinds.DOCX),
        (office.xlsx({"S": ""}), kinds.XLSX),
        (office.odt("x"), kinds.ODT),
        (office.zipped({"mimetype": "application/epub+zip"}), kinds.EPUB),
        (office.zipped({"[Content_Types].xml": "<Types/>"}), kinds.PACKAGE),
        (office.zipped({"mimetype": "anything", "a.txt": "x"}), kinds.ZIP),
        (office.zipped({"a.docx": "x"}), kinds.ZIP),
        (office.zipped({}), kinds.ZIP),
        # letters
        (rb"{\rtf1\ansi Hello}", kinds.RTF),
        (b"<!DOCTYPE html>\n<p>x", kinds.HTML),
        (b"\xef\xbb\xbf \n<!-- made by a program -->\n<HTML lang=de>", kinds.HTML),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', kinds.HTML),
        ("<!doctype html><p>x".encode("utf-16"), kinds.HTML),
        (b"We say <html> here.", detect.TEXT),
        (b"<htmlish>", detect.TEXT),
        (b'<?xml version="1.0"?>\n<invoice/>', detect.TEXT),
        (MAIL, kinds.EML),
        (b"From a@b.example Mon May  6 10:00:00 2024\n" + MAIL, kinds.EML),
        (MAIL.replace(b"\r\n", b"\n") + b"\xff\0\x01", kinds.EML),
        (MEMO, detect.TEXT),
        (b"Message-ID: <1>\n\nnobody wrote this", detect.TEXT),
        (b"From: a\nthis is no field\nMessage-ID: <1>\n\nx", detect.TEXT),
    ],
)
def test_the_first_thing_in_the_file_decides(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "f"
    file.write_bytes(content)
    assert detect.media_type(file) == found


@pytest.mark.parametrize(
    ("content", "claimed", "found"),
    [
        (b"<p>A fragment.", kinds.HTML, kinds.HTML),
        (MEMO, kinds.EML, kinds.EML),
        (MEMO, detect.TEXT, detect.TEXT),
        (MAIL, detect.TEXT, kinds.EML),
        (b"%PDF-1.7\n", kinds.EML, detect.PDF),
        (b"\x7fELF\0", kinds.HTML, detect.PROGRAM),
        (b"plain", kinds.DOCX, detect.TEXT),
    ],
)
def test_a_name_breaks_a_tie_among_types_in_letters_alone(
    tmp_path: Path, content: bytes, claimed: str, found: str
) -> None:
    (tmp_path / "f").write_bytes(content)
    assert detect.media_type(tmp_path / "f", claimed) == found
