"""What a file name claims, and whether the content bears it out.

The name is the sender's text: it may hold newlines, direction overrides, formulas or paths. Only the letters
after its last dot are looked at, and only to find them in the table below.
"""

from __future__ import annotations

from processors.formats import kinds
from processors.formats.detect import PDF, PROGRAM, TEXT, UNKNOWN
from processors.formats.port import Refused
from processors.reasons import QuarantineReason

_CLAIMS = {
    "pdf": PDF,
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "txt": TEXT,
    "text": TEXT,
    # Read as the text that it is: a table with its separators says the same, and nothing is guessed.
    "csv": TEXT,
    "tsv": TEXT,
    "doc": kinds.DOC,
    "dot": kinds.DOC,
    "docx": kinds.DOCX,
    "docm": kinds.DOCX,
    "dotx": kinds.DOCX,
    "xls": kinds.XLS,
    "xlsx": kinds.XLSX,
    "xlsm": kinds.XLSX,
    "ppt": kinds.PPT,
    "pps": kinds.PPT,
    "pptx": kinds.PPTX,
    "pptm": kinds.PPTX,
    "ppsx": kinds.PPTX,
    "odt": kinds.ODT,
    "ods": kinds.ODS,
    "odp": kinds.ODP,
    "rtf": kinds.RTF,
    "eml": kinds.EML,
    "msg": kinds.MSG,
    "htm": kinds.HTML,
    "html": kinds.HTML,
    "zip": kinds.ZIP,
    # Not read, but a claim all the same: a PDF that calls itself one of these is not what it says. XML and JSON are
    # written for programs: their words would be the names of fields.
    "xml": "application/xml",
    "json": "application/json",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "epub": kinds.EPUB,
    "gif": "image/gif",
    "7z": "application/x-7z-compressed",
    "rar": "application/x-rar-compressed",
    "tar": "application/x-tar",
    "gz": "application/gzip",
    "exe": PROGRAM,
    "dll": PROGRAM,
    "com": PROGRAM,
    "scr": PROGRAM,
    "bat": PROGRAM,
    "cmd": PROGRAM,
    "ps1": PROGRAM,
    "sh": PROGRAM,
    "js": PROGRAM,
    "vbs": PROGRAM,
}


#: Containers in which nothing was found that we know, and what is kept in such: one that calls itself so is broken.
_KEPT_IN = {
    kinds.OLE: frozenset((kinds.DOC, kinds.XLS, kinds.PPT, kinds.MSG)),
    kinds.PACKAGE: frozenset((kinds.DOCX, kinds.XLSX, kinds.PPTX)),
}


def claimed_type(untrusted_name: str) -> str:
    """The media type that a name's extension stands for; "" when it claims nothing that we know."""
    _, dot, extension = untrusted_name.rpartition(".")
    return _CLAIMS.get(extension.lower(), "") if dot else ""


def check(found: str, claimed: str, allowed: frozenset[str]) -> None:
    """Refuse content that Chancery does not read, or that belies its name.

    Senders misname scans all the time (a JPEG called .pdf), so among the allowed types the content's word is
    taken. Text is the exception: nearly anything printable passes for text, so only a name that says so, or
    that says nothing, makes it a document.

    Raises:
        Refused: type not allowed, or not what the name says, or broken.
    """
    if claimed in _KEPT_IN.get(found, ()):
        raise Refused(QuarantineReason.DAMAGED, found=found, claimed=claimed)
    details = {"found": found, "claimed": claimed or UNKNOWN}
    if found in allowed and (claimed in ("", found) or (claimed in allowed and found != TEXT)):
        return
    # Where the name claims a type that is not read, it may well speak the truth: html is text, docx is zip.
    tells = found in allowed and found != TEXT
    belied = claimed in allowed or (claimed not in ("", found) and (tells or found == PROGRAM))
    raise Refused(QuarantineReason.TYPE_MISMATCH if belied else QuarantineReason.TYPE_NOT_ALLOWED, **details)
