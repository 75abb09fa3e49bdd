"""Office files as their authors saw them: what a program would work out anew is turned into what stands there.

A letter's date field would show the day of the conversion, a cell with TODAY() too, and the wrong date would be
proven by the page. So the fields and formulas that carry their last result lose their commands and keep the result.
What carries none is worked out, as on any opening. What was struck out while changes were tracked is left out.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from processors.formats import doc_fields, kinds
from processors.formats.containers import ZIP_FAULTS
from processors.formats.port import Refused, Terms
from processors.reasons import QuarantineReason

Change = Callable[[bytes], bytes]

_WORD_COMMANDS = rb"(?:DATE|TIME|SAVEDATE|CREATEDATE|PRINTDATE|EDITTIME|FILENAME|FILESIZE)\b"
#: QUOTE is a command that LibreOffice does not know: it shows the result and is content.
_WORD_FIELD = re.compile(rb"(<w:instrText[^>]*>\s*|\sw:instr=[\"']\s*)" + _WORD_COMMANDS, re.IGNORECASE)
_WORD_STRUCK = re.compile(rb"<w:(del|moveFrom)(?=[\s>])[^>]*(?<!/)>.*?</w:\1>", re.DOTALL)
#: Between field and command stand some braces and control words. Bounded, and no byte can be read in two ways: a
#: hostile file would make the search take for ever.
_RTF_FIELD = re.compile(rb"(\\fldinst(?:[\s{]|\\(?!fldinst)[a-z]{1,32}-?\d{0,10}){0,40}?)" + _WORD_COMMANDS, re.I)
_CELL_FORMULA = re.compile(rb"<((?:\w+:)?)f(?:\s[^>]*)?(?:/>|>[^<]*</\1f>)(?=\s*<\1v[\s>])")
_SLIDE_DATE = re.compile(rb"<a:fld\b[^>]*\btype=\"datetime[^\"]*\"[^>]*>(.*?)</a:fld>", re.DOTALL)
_SLIDE_PARAGRAPH = re.compile(rb"<a:pPr\b(?:[^>]*/>|.*?</a:pPr>)", re.DOTALL)
_ODF_STRUCK = re.compile(rb"<text:tracked-changes\b[^>]*(?<!/)>.*?</text:tracked-changes>", re.DOTALL)
_ODF_MOMENT = re.compile(rb"<text:(?:date|time)\b(?![^>]*\stext:fixed=)")
_ODF_CELL = re.compile(rb"<table:table-cell\b[^>]*>")
_ODF_FORMULA = re.compile(rb"\stable:formula=\"[^\"]*\"")


def frozen(untrusted_file: Path, kind: str, terms: Terms) -> Path:
    """A copy whose fields and formulas are what they last were; the file itself where none can be frozen.

    Raises:
        Refused: the package cannot be read.
    """
    copy = terms.scratch / "frozen"
    if kind == kinds.RTF:
        copy.write_bytes(_RTF_FIELD.sub(rb"\1QUOTE", untrusted_file.read_bytes()))
        return copy
    if kind == kinds.DOC:
        shutil.copyfile(untrusted_file, copy)
        doc_fields.freeze(copy)
        return copy
    if kind not in _PARTS:
        return untrusted_file
    part, change = _PARTS[kind]
    rewrite(untrusted_file, copy, lambda name: change if part.fullmatch(name) else None)
    return copy


def rewrite(package: Path, copy: Path, changes: Callable[[str], Change | None]) -> None:
    """Copy a zip, changing the parts for which `changes` has something to say. Weigh it first.

    Raises:
        Refused: the package cannot be read.
    """
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after:
        try:
            before = zipfile.ZipFile(package)
        except ZIP_FAULTS as error:
            raise Refused(QuarantineReason.DAMAGED) from error
        with before:
            for entry in before.infolist():
                content = _read(before, entry)
                change = changes(entry.filename)
                made = zipfile.ZipInfo(entry.filename)
                # ODF wants its "mimetype" part as it is.
                made.compress_type = entry.compress_type and zipfile.ZIP_DEFLATED
                after.writestr(made, content if change is None else change(content))


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return package.read(entry)
    except ZIP_FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED) from error


def _word(part: bytes) -> bytes:
    return _WORD_FIELD.sub(rb"\1QUOTE", _WORD_STRUCK.sub(b"", part))


def _sheet(part: bytes) -> bytes:
    return _CELL_FORMULA.sub(b"", part)


def _slide(part: bytes) -> bytes:
    return _SLIDE_DATE.sub(lambda field: b"<a:r>" + _SLIDE_PARAGRAPH.sub(b"", field[1]) + b"</a:r>", part)


def _odf(part: bytes) -> bytes:
    part = _ODF_MOMENT.sub(lambda tag: tag[0] + b' text:fixed="true"', _ODF_STRUCK.sub(b"", part))
    return _ODF_CELL.sub(_odf_cell, part)


def _odf_cell(cell: re.Match[bytes]) -> bytes:
    return _ODF_FORMULA.sub(b"", cell[0]) if b"office:value-type=" in cell[0] else cell[0]


_ODF_PARTS = re.compile(r"(?:content|styles)\.xml")
#: By type: the parts that hold fields or formulas, and how they are frozen.
_PARTS: dict[str, tuple[re.Pattern[str], Change]] = {
    kinds.DOCX: (re.compile(r"word/[^/]+\.xml"), _word),
    kinds.XLSX: (re.compile(r"xl/worksheets/[^/]+\.xml"), _sheet),
    kinds.PPTX: (re.compile(r"ppt/(?:slides|slideLayouts|slideMasters)/[^/]+\.xml"), _slide),
    kinds.ODT: (_ODF_PARTS, _odf),
    kinds.ODS: (_ODF_PARTS, _odf),
    kinds.ODP: (_ODF_PARTS, _odf),
}
