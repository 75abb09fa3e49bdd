"""What a rich text holds: objects are written into it as digits, links and templates as control words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from processors.intake.threats.finding import Finding
from processors.intake.threats.remote import is_remote

_LINKED = re.compile(rb"\\(?:objautlink|objlink|objupdate|objsub|objhtml)\b")
_TEMPLATE = re.compile(rb"\\\*\s*\\template\s*([^{}]{0,2000})")
#: What readers skip between the digits of an object; of objects in objects the digits stand behind the word at once
_BETWEEN = re.compile(rb"[\s{}]|\\objdata\b|\\(?!objdata\b)[a-z]+-?\d*|\\\*")
_OBJECT = re.compile(rb"\\objdata\b")
_DDE = re.compile(rb"\\fldinst(?:[\s{]|\\(?!fldinst)[a-z]{1,32}-?\d{0,10}){0,40}?DDE(?:AUTO)?\b", re.IGNORECASE)
_HEX = re.compile(rb"\\'([0-9a-fA-F]{2})")
_UNICODE = re.compile(rb"\\u(\d{1,5})\s?\??")
#: Class names as they stand in an object's head, in digits
_PACKAGE = (b"Package".hex().encode(), b"Ole10Native".hex().encode())
_LINK_CLASS = (b"OLE2Link".hex().encode(), "OLE2Link".encode("utf-16-le").hex().encode())
#: An object's head stands within so many bytes of its beginning.
_HEAD = 64 * 1024


def findings(untrusted_file: Path) -> frozenset[Finding]:
    """What is in it."""
    untrusted = untrusted_file.read_bytes()
    found: set[Finding] = set()
    if _LINKED.search(untrusted):
        found.add(Finding.LINKED_OBJECT)
    if any(is_remote(_address(match[1])) for match in _TEMPLATE.finditer(untrusted)):
        found.add(Finding.TEMPLATE)
    if _DDE.search(untrusted):
        found.add(Finding.DDE)
    for head in _heads(untrusted):
        digits = _BETWEEN.sub(b"", head).lower()
        if any(name in digits for name in _PACKAGE):
            found.add(Finding.PACKAGED)
        if any(name in digits for name in _LINK_CLASS):
            found.add(Finding.LINKED_OBJECT)
    return frozenset(found)


def _heads(untrusted: bytes) -> Iterator[bytes]:
    """Where heads of objects stand. Those that overlap are one, or a file of nothing but beginnings had no end."""
    start = stop = 0
    for begin in _OBJECT.finditer(untrusted):
        if begin.start() > stop:
            yield untrusted[start:stop]
            start = begin.end()
        stop = begin.end() + _HEAD
    yield untrusted[start:stop]


def _address(untrusted: bytes) -> str:
    """The address with what rich text can hide its letters in undone."""
    plain = _HEX.sub(lambda match: bytes.fromhex(match[1].decode()), untrusted)
    text = _UNICODE.sub(lambda match: chr(int(match[1]) % 256).encode("latin-1"), plain)
    return text.decode("latin-1").strip()
