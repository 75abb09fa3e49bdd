"""What is inside the two containers that office files come in: OLE storages and zip archives."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path

import olefile

from processors.formats import kinds

#: What zipfile raises on broken or unheard-of archives.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    struct.error,
)
#: What olefile, and what stands on it, raises on broken storages; none of them was written with one error type.
OLE_FAULTS = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    ArithmeticError,
    RecursionError,
    struct.error,
    LookupError,
)
#: The main part's content type. Macros and templates make no difference: they are read, never run.
_MAIN_PART = re.compile(
    rb"\.(wordprocessingml|ms-word|spreadsheetml|ms-excel|presentationml|ms-powerpoint)\.[a-z.]{1,60}\.main\+xml"
)
_OOXML = {
    b"wordprocessingml": kinds.DOCX,
    b"ms-word": kinds.DOCX,
    b"spreadsheetml": kinds.XLSX,
    b"ms-excel": kinds.XLSX,
    b"presentationml": kinds.PPTX,
    b"ms-powerpoint": kinds.PPTX,
}
_MIMETYPES = {
    name.encode(): kind for kind in (kinds.ODT, kinds.ODS, kinds.ODP) for name in (kind, kind + "-template")
} | {kinds.EPUB.encode(): kinds.EPUB}
#: Stream -> what the storage is. The names are compared without regard to case.
_STREAMS = (
    ("EncryptedPackage", kinds.LOCKED_OFFICE),
    ("WordDocument", kinds.DOC),
    ("PowerPoint Document", kinds.PPT),
    ("Workbook", kinds.XLS),
    ("Book", kinds.XLS),
    ("__properties_version1.0", kinds.MSG),
)
_MOST_PART_BYTES = 1 << 20


def in_zip(untrusted_file: Path) -> str:
    """Which office type a zip is; `kinds.ZIP` if it is a plain archive, or too broken to tell."""
    try:
        with zipfile.ZipFile(untrusted_file) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                main = _MAIN_PART.search(_part(archive, "[Content_Types].xml").lower())
                return _OOXML[main[1]] if main else kinds.PACKAGE
            if "mimetype" in names:
                return _MIMETYPES.get(_part(archive, "mimetype").strip(), kinds.ZIP)
    except ZIP_FAULTS:
        pass
    return kinds.ZIP


def in_ole(untrusted_file: Path) -> str:
    """Which office type an OLE storage is; `kinds.OLE` if none that we know, or too broken to tell."""
    try:
        with olefile.OleFileIO(untrusted_file) as storage:
            return next((kind for stream, kind in _STREAMS if storage.exists(stream)), kinds.OLE)
    except OLE_FAULTS:
        return kinds.OLE


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST_PART_BYTES)
