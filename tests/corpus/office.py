"""Office files, as small as can be, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODT, ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # With a fixed date: the same parts make the same file.
            entry = zipfile.ZipInfo(name)
            archive.writestr(entry, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _relations(*relations: str) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}">{"".join(relations)}</Relationships>'


def _relation(name: str, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'


def _ooxml(main: str, content_type: str, parts: Mapping[str, str | bytes]) -> bytes:
    types = (
        f'{_XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>'
    )
    roots = _relations(_relation("rId1", "officeDocument", main))
    return zipped({"[Content_Types].xml": types, "_rels/.rels": roots, **parts})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def field(command: str, result: str) -> str:
    """A field of Word's with its last result."""
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {command} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def picture_link() -> str:
    """A picture that lies elsewhere; `docx` is told where."""
    return (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="990000" cy="792000"/><wp:docPr id="1" name="p"/><a:graphic>'
        f'<a:graphicData uri="{_DRAWING}picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="p"/><pic:cNvPicPr/>'
        '</pic:nvPicPr><pic:blipFill><a:blip r:link="rId7"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="990000" cy="792000"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def docx(
    body: str, *, linked: str = "", macros: bool = False, extra: Mapping[str, str | bytes] | None = None
) -> bytes:
    main = "application/vnd.ms-word.document.macroEnabled" if macros else _OOXML + "wordprocessingml.document"
    document = (
        f'{_XML}<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}main" '
        f'xmlns:wp="{_DRAWING}wordprocessingDrawing" xmlns:pic="{_DRAWING}picture"><w:body>{body}</w:body>'
        "</w:document>"
    )
    parts: dict[str, str | bytes] = {"word/document.xml": document}
    if linked:
        parts["word/_rels/document.xml.rels"] = _relations(
            _relation("rId7", "image", linked, ' TargetMode="External"')
        )
    return _ooxml("word/document.xml", f"{main}.main+xml", {**parts, **(extra or {})})


def xlsx(
    sheets: Mapping[str, str],
    hidden: frozenset[str] = frozenset(),
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook: name of a sheet -> its rows as XML."""
    listed, relations, parts = "", [], {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"{state}/>'
        relations.append(_relation(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml"))
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'{_XML}<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'
        )
    book = f'{_XML}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
    parts |= {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": _relations(*relations)}
    return _ooxml("xl/workbook.xml", f"{_OOXML}spreadsheetml.sheet.main+xml", {**parts, **(extra or {})})


def row(number: int, *cells: str) -> str:
    """A row of text cells."""
    made = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{made}</row>'


def odf(mimetype: str, body: str, extra: Mapping[str, str] | None = None, scripts: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="{_ODF}{name}:1.0"'
        for prefix, name in (
            ("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"),
            ("table", "table"), ("script", "script"),
        )
    )  # fmt: skip
    content = (
        f'{_XML}<office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:ooo="http://openoffice.org/2004/office" xmlns:dom="http://www.w3.org/2001/xml-events" '
        'office:version="1.2">'
        f"{scripts}<office:body>{body}</office:body></office:document-content>"
    )
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in ("content.xml", *(extra or {}))
    )
    manifest = (
        f'{_XML}<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{mimetype}"/>{listed}</manifest:manifest>'
    )
    return zipped(
        {"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest, **(extra or {})}
    )


def odt(*paragraphs: str) -> bytes:
    body = "".join(f"<text:p>{text}</text:p>" for text in paragraphs)
    return odf(ODT, f"<office:text>{body}</office:text>")


def locked(plain: bytes, password: str, scratch: Path) -> bytes:
    """An office file of the new kind, encrypted."""
    file = scratch / "plain"
    # The writer garbles a package of less than 4,096 bytes; what follows a zip is no part of it.
    file.write_bytes(plain + bytes(max(0, 4096 - len(plain))))
    out = io.BytesIO()
    with file.open("rb") as stream:
        OOXMLFile(stream).encrypt(password, out)
    return out.getvalue()
