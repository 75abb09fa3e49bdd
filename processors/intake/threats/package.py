"""What office files of the new kinds hold: OOXML and ODF are zips of XML parts.

The parts are searched, not parsed: a parser would have to be shielded from the very entities that are looked for.
Names and addresses are compared after undoing what XML can hide them in.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from processors.formats.containers import ZIP_FAULTS
from processors.intake.threats import ole
from processors.intake.threats.finding import Finding
from processors.intake.threats.remote import is_remote

_VBA = re.compile(r"(?:^|/)vba(?:project|data)[^/]*\.(?:bin|xml)$")
_EXCEL4 = re.compile(r"(?:^|/)(?:macrosheets|intlmacrosheets)/")
_ACTIVEX = re.compile(r"(?:^|/)activex/[^/]*\.bin$")
_BASIC = re.compile(r"^(?:basic/[^/]+/(?!script-l|dialog-l)[^/]+\.xml|scripts/.+)$")
_OBJECT = re.compile(r"(?:^|/)(?:embeddings/.*\.bin|object [^/]*)$")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s+)?[^\s>]{1,200}\s+(SYSTEM|PUBLIC)?")
_DECLARATION = re.compile(rb"<!DOCTYPE[^>\[]{0,300}?[\"']([a-zA-Z]+:[^\"']{0,2000})[\"']")
_WORD_COMMAND = re.compile(rb"<w:instrText[^>]*>([^<]*)<|\bw:instr=[\"']([^\"']*)")
_DDE_COMMAND = re.compile(rb"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_DDE_LINK = re.compile(rb"<(?:\w+:)?(?:ddeLink|dde-source|dde-connection-decl)\b")
_ODF_EVENT = re.compile(rb"<script:event-listener\b[^>]*vnd\.sun\.star\.script:")
_ODF_FETCHES = re.compile(
    rb"<(?:text:section-source|table:table-source|table:cell-range-source|draw:object|draw:object-ole|draw:plugin|"
    rb"draw:floating-frame)\b([^>]*)>"
)
#: Ends of the types of relations whose target is fetched on opening and becomes part of the document
_FETCHED = {
    "attachedtemplate": Finding.TEMPLATE,
    "oleobject": Finding.LINKED_OBJECT,
    "frame": Finding.LINKED_OBJECT,
    "subdocument": Finding.LINKED_OBJECT,
    "afchunk": Finding.LINKED_OBJECT,
}
_MOST_OBJECT = 64 * 1024 * 1024


def findings(untrusted_file: Path) -> frozenset[Finding]:
    """What is in it. The file was weighed before: no part unpacks without end."""
    found: set[Finding] = set()
    try:
        with zipfile.ZipFile(untrusted_file) as archive:
            for entry in archive.infolist():
                # Windows' separator and any case: what reads it there knows no difference.
                name = entry.filename.replace("\\", "/").lower()
                found |= set(_named(name))
                if name.endswith((".xml", ".rels", ".vml", ".rdf")):
                    found |= set(_written(name, _plain(archive.read(entry))))
                elif _OBJECT.search(name) and entry.file_size <= _MOST_OBJECT:
                    found |= ole.findings(io.BytesIO(archive.read(entry)))
    except ZIP_FAULTS:
        # A part that is broken or locked; whatever opens the file says so.
        pass
    return frozenset(found)


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


def _written(name: str, xml: bytes) -> Iterator[Finding]:
    """What an XML part says."""
    for entity in _ENTITY.finditer(xml):
        yield Finding.ENTITY if entity[1] else Finding.ENTITY_EXPANSION
    # ODF's own declarations name a file without an address, which nobody fetches.
    if any(is_remote(one[1].decode("utf-8", "replace")) for one in _DECLARATION.finditer(xml)):
        yield Finding.ENTITY
    if name.endswith(".rels"):
        for relation in _RELATION.finditer(xml):
            about = _attributes(relation[1])
            fetched = _FETCHED.get(about.get("type", "").rpartition("/")[2].lower())
            if fetched and about.get("targetmode", "").lower() == "external" and is_remote(about.get("target", "")):
                yield fetched
        return
    if _DDE_LINK.search(xml):
        yield Finding.DDE
    # A command may be cut into pieces, each in an element of its own.
    commands = b"".join(match[1] or match[2] or b"" for match in _WORD_COMMAND.finditer(xml))
    if _DDE_COMMAND.search(commands):
        yield Finding.DDE
    if _ODF_EVENT.search(xml):
        yield Finding.BASIC
    for source in _ODF_FETCHES.finditer(xml):
        if is_remote(_attributes(source[1]).get("xlink:href", "")):
            yield Finding.LINKED_OBJECT


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
