"""What office files of the new kinds hold: OOXML and ODF are zips of XML parts.

The parts are searched, not parsed: a parser would have to be shielded from the very entities that are looked for.
Names and addresses are compared after undoing what XML can hide them in; prefixes of names are the sender's choice.
What a part is counts by its bytes, too: office programs find parts by what refers to them, whatever the name.

A part that cannot be looked into could hide all that come behind it; then the file is refused as damaged. So is one
with a tag of interest that does not end before the next begins: XML knows no such tag, and to read on for its end
from each would take the square of the part's length.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from processors.config import Limits
from processors.formats.containers import ZIP_FAULTS
from processors.formats.port import Refused
from processors.intake.threats import ole
from processors.intake.threats.finding import Finding
from processors.intake.threats.remote import is_remote
from processors.reasons import QuarantineReason

_VBA = re.compile(r"(?:^|/)vba(?:project|data)[^/]*\.(?:bin|xml)$")
_EXCEL4 = re.compile(r"(?:^|/)(?:macrosheets|intlmacrosheets)/")
_ACTIVEX = re.compile(r"(?:^|/)activex/[^/]*\.bin$")
_BASIC = re.compile(r"^(?:basic/[^/]+/(?!script-l|dialog-l)[^/]+\.xml|scripts/.+)$")
_PREFIX = rb"<(?:[^\s<>/:]++:)?"
#: The rest of a tag and its end: between quotes ">" ends nothing, and "<" stands nowhere. Possessive, so that it is
#: read once; where the second group is missing the tag has no end.
_REST = rb"\b((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)(>)?"
_RELATION = re.compile(_PREFIX + rb"Relationship" + _REST)
_ATTRIBUTE = re.compile(rb"""(?<![^\s=<>"'/])([^\s=<>"'/]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s+)?[^\s>]{1,200}\s+(SYSTEM|PUBLIC)?")
_DECLARATION = re.compile(rb"<!DOCTYPE[^>\[]{0,300}?[\"']([a-zA-Z]+:[^\"']{0,2000})[\"']")
_WORD_COMMAND = re.compile(_PREFIX + rb"instrText" + _REST + rb"([^<]*+)")
_WORD_FIELD = re.compile(rb":instr\s*+=\s*+(?:\"([^\"<]*+)|'([^'<]*+))")
_DDE_COMMAND = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_DDE_LINK = re.compile(_PREFIX + rb"(?:ddeLink|dde-source|dde-connection-decl)\b")
_ODF_EVENT = re.compile(_PREFIX + rb"event-listener" + _REST)
_ODF_SCRIPT = "vnd.sun.star.script:"
_ODF_FETCHES = re.compile(
    _PREFIX + rb"(?:section-source|table-source|cell-range-source|object|object-ole|plugin|floating-frame)" + _REST
)
#: What may stand within a word: comments, instructions, and the marks around text that is no markup. One without an
#: end takes the rest, so that all is read once.
_MARKED = re.compile(rb"<!--.*?(?:-->|\Z)|<\?(?!xml\s).*?(?:\?>|\Z)|<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
#: Ends of the types of relations whose target is fetched on opening and becomes part of the document
_FETCHED = {
    "attachedtemplate": Finding.TEMPLATE,
    "oleobject": Finding.LINKED_OBJECT,
    "frame": Finding.LINKED_OBJECT,
    "subdocument": Finding.LINKED_OBJECT,
    "afchunk": Finding.LINKED_OBJECT,
}
#: The same of those whose target is a macro, whatever the part is called
_MACROS = {
    "vbaproject": Finding.VBA,
    "xlmacrosheet": Finding.EXCEL4,
    "xlintlmacrosheet": Finding.EXCEL4,
}
_XML_NAMES = (".xml", ".rels", ".vml", ".rdf")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 64


def findings(untrusted_file: Path, limits: Limits) -> frozenset[Finding]:
    """What is in it. The file was weighed before: no part unpacks without end.

    Raises:
        Refused: it cannot be looked through, or holds an object that no upload could be as large as.
    """
    found: set[Finding] = set()
    try:
        with zipfile.ZipFile(untrusted_file) as archive:
            for entry in archive.infolist():
                # Windows' separator and any case: what reads it there knows no difference.
                name = entry.filename.replace("\\", "/").lower()
                found |= set(_named(name))
                with archive.open(entry) as part:
                    head = part.read(_HEAD_BYTES)
                if name.endswith(_XML_NAMES):
                    xml = _plain(archive.read(entry))
                    found |= {*_declared(xml), *(_related(xml) if name.endswith(".rels") else _acting(xml))}
                elif _is_xml(head):
                    # Under another name: web pages and drawings of their own declare what they like.
                    found |= set(_acting(_plain(archive.read(entry))))
                elif head.startswith(_OLE):
                    if entry.file_size > limits.max_bytes:
                        raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=limits.max_bytes)
                    found |= ole.findings(io.BytesIO(archive.read(entry)))
    except ZIP_FAULTS as error:
        raise Refused(QuarantineReason.DAMAGED) from error
    return frozenset(found)


def _is_xml(head: bytes) -> bool:
    return _plain(head).lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<")


def _named(name: str) -> Iterator[Finding]:
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        yield Finding.CLIMBS
    for pattern, finding in (
        (_VBA, Finding.VBA),
        (_EXCEL4, Finding.EXCEL4),
        (_ACTIVEX, Finding.ACTIVEX),
        (_BASIC, Finding.BASIC),
    ):
        if pattern.search(name):
            yield finding


def _declared(xml: bytes) -> Iterator[Finding]:
    for entity in _ENTITY.finditer(xml):
        yield Finding.ENTITY if entity[1] else Finding.ENTITY_EXPANSION
    # ODF's own declarations name a file without an address, which nobody fetches.
    if any(is_remote(one[1].decode("utf-8", "replace")) for one in _DECLARATION.finditer(xml)):
        yield Finding.ENTITY


def _related(xml: bytes) -> Iterator[Finding]:
    for relation in _tags(_RELATION, xml):
        about = _attributes(relation[1])
        kind = about.get("type", "").rpartition("/")[2].lower()
        if kind in _MACROS:
            yield _MACROS[kind]
        is_outside = about.get("targetmode", "").lower() == "external" and is_remote(about.get("target", ""))
        if kind in _FETCHED and is_outside:
            yield _FETCHED[kind]


def _acting(xml: bytes) -> Iterator[Finding]:
    yield from _acting_as_written(xml)
    if len(plain := _MARKED.sub(lambda mark: mark[1] or b"", xml)) < len(xml):
        yield from _acting_as_written(plain)


def _acting_as_written(xml: bytes) -> Iterator[Finding]:
    if _DDE_LINK.search(xml):
        yield Finding.DDE
    # A command may be cut into pieces, each in an element of its own.
    commands = [command[3] for command in _tags(_WORD_COMMAND, xml)]
    fields = [field[1] or field[2] or b"" for field in _WORD_FIELD.finditer(xml)]
    said = b" ".join((b"".join(commands), *commands, *fields))
    if _DDE_COMMAND.search(html.unescape(said.decode("utf-8", "replace"))):
        yield Finding.DDE
    for event in _tags(_ODF_EVENT, xml):
        if any(_ODF_SCRIPT in value for value in _attributes(event[1]).values()):
            yield Finding.BASIC
    for source in _tags(_ODF_FETCHES, xml):
        if any(name.endswith("href") and is_remote(value) for name, value in _attributes(source[1]).items()):
            yield Finding.LINKED_OBJECT


def _tags(of: re.Pattern[bytes], xml: bytes) -> Iterator[re.Match[bytes]]:
    for tag in of.finditer(xml):
        if tag[2] is None:
            raise Refused(QuarantineReason.DAMAGED)
        yield tag


def _plain(untrusted: bytes) -> bytes:
    """Of UTF-16 every second byte is nothing, as far as names go."""
    return untrusted.replace(b"\0", b"") if b"\0" in untrusted[:64] else untrusted


def _attributes(untrusted: bytes) -> dict[str, str]:
    return {
        match[1].decode("ascii", "replace").lower(): html.unescape(
            (match[2] if match[2] is not None else match[3]).decode("utf-8", "replace")
        )
        for match in _ATTRIBUTE.finditer(untrusted)
    }
