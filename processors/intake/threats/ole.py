"""What office files of the old kinds hold, and objects in those of the new: OLE storages (MS-CFB).

A storage that cannot be looked through to its end may hold anything, and is refused as damaged.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import olefile
from olefile.olefile import NotOleFileError

from processors.formats.containers import OLE_FAULTS
from processors.formats.port import Refused
from processors.intake.threats.finding import Finding
from processors.reasons import QuarantineReason

_VBA_STORAGES = frozenset(("macros", "_vba_project_cur", "vba"))
_VBA_STREAM = "_vba_project"
_BOOKS = frozenset(("workbook", "book"))
#: PowerPoint keeps its project inside its one stream: an atom that says that there is one ([MS-PPT] 2.4.10)
_PPT_VBA = re.compile(rb"\x02\x00\x00\x04\x0c\x00\x00\x00.{4}\x01\x00\x00\x00", re.DOTALL)
#: A field's beginning and the command, in bytes of one or of two ([MS-DOC] 2.8.25)
_DOC_DDE = re.compile(rb"\x13\s*DDE(?:AUTO)?\b|\x13\0(?:\s\0)*D\0D\0E\0", re.IGNORECASE)
_PACKAGED = "\x01ole10native"
_LINK = "\x01ole"
#: Class of what fetches a web address ([MS-OSHARED] 2.3.7.6): 79EAC9E0-BAF9-11CE-8C82-00AA004BA90B
_URL_MONIKER = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
_BOUNDSHEET, _GLOBALS_END, _MACRO_SHEET = 0x0085, 0x000A, 0x01
#: olefile goes on behind these, without what it could not list, or with one of two streams of a name
_GAPS = ("index out of range", "Duplicate filename", "not a stream nor a storage", "unhandled OLE storage type")


def findings(untrusted: Path | io.BytesIO) -> frozenset[Finding]:
    """What is in a storage; nothing where it is none.

    Raises:
        Refused: it is one, and too broken to be looked through.
    """
    try:
        with olefile.OleFileIO(untrusted) as storage:
            found = frozenset(_found(storage))
            whole = not any(gap in remark for _, remark in storage.parsing_issues for gap in _GAPS)
    except NotOleFileError:
        return frozenset()
    except OLE_FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED) from error
    if not whole:
        raise Refused(QuarantineReason.DAMAGED)
    return found


def _found(storage: olefile.OleFileIO) -> Iterator[Finding]:
    for path in storage.listdir(streams=True, storages=True):
        names = [name.lower() for name in path]
        last = names[-1]
        if last in _VBA_STORAGES or last == _VBA_STREAM:
            yield Finding.VBA
        elif last == _PACKAGED:
            yield Finding.PACKAGED
        elif last == _LINK and _URL_MONIKER in _read(storage, path):
            yield Finding.LINKED_OBJECT
        elif last in _BOOKS and _has_macro_sheet(_read(storage, path)):
            yield Finding.EXCEL4
        elif last == "powerpoint document" and _PPT_VBA.search(_read(storage, path)):
            yield Finding.VBA
        elif last == "worddocument" and _DOC_DDE.search(_read(storage, path)):
            yield Finding.DDE


def _read(storage: olefile.OleFileIO, path: list[str]) -> bytes:
    with storage.openstream(path) as stream:
        content: bytes = stream.read()
        return content


def _has_macro_sheet(untrusted_book: bytes) -> bool:
    """Whether the workbook's list of sheets names a macro sheet ([MS-XLS] 2.4.28)."""
    at = 0
    while at + 4 <= len(untrusted_book):
        kind, length = struct.unpack_from("<HH", untrusted_book, at)
        body = untrusted_book[at + 4 : at + 4 + length]
        if kind == _BOUNDSHEET and len(body) > 5 and body[5] == _MACRO_SHEET:
            return True
        if kind == _GLOBALS_END:
            return False
        at += 4 + length
    return False
