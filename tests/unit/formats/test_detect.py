from pathlib import Path

import pytest

from processors.formats import detect

PE = b"MZ" + b"\0" * 64


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xef\xbb\xbf%PDF-1.4\n\xff", "application/pdf"),
        (b"\xfe" * 1000 + b"%PDF-1.4", "application/pdf"),
        (b"\xfe" * 1024 + b"%PDF-1.4", detect.UNKNOWN),
        (b"\x7fELF" + b"\0" * 20 + b"%PDF-1.4", detect.PROGRAM),
        (PE + b"%PDF-1.4", detect.PROGRAM),
        (b"#!/bin/sh\n%PDF-1.4", detect.PROGRAM),
        (b"\xcf\xfa\xed\xfe\x07", detect.PROGRAM),
        (b"PK\x03\x04" + b"\0" * 26 + b"%PDF-1.4", "application/zip"),
        (b"\x89PNG\r\n\x1a\n%PDF-1.4", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\0\x08\0\0\0", "image/tiff"),
        (b"MM\0*\0\0\0\x08", "image/tiff"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM" + b"\0" * 12 + b"\x28\0\0\0", "image/bmp"),
        (b"BMW sells cars in Munich and elsewhere.", "text/plain"),
        ("Zürich, 5 €\r\n\tund mehr\f".encode(), "text/plain"),
        ("Zürich".encode("latin-1"), detect.UNKNOWN),
        (b"half a character \xc3", detect.UNKNOWN),
        (b"one\0zero", detect.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/x-ole-storage"),
        (b"GIF89a\x01\0\x01\0", "image/gif"),
    ],
)
def test_the_first_thing_in_the_file_decides(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "f"
    file.write_bytes(content)
    assert detect.media_type(file) == found
