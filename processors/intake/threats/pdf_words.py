"""What a PDF speaks of, word by word, where it is not certain who sees which of its objects.

No reader is asked: what stands in the file counts, wherever it stands, also in an object that a later one replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pikepdf

from processors.formats.port import Refused
from processors.intake.threats.finding import Finding
from processors.reasons import QuarantineReason

#: Words of more bytes than this stand in a picture by chance once in thousands of megabytes.
_SHORT = 3
_PACKED = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_STREAM_END = b"endstream"
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_BEHIND = rb"(?![A-Za-z0-9_.+-])"


def findings(untrusted_file: Path, pdf: pikepdf.Pdf, words: Mapping[bytes, Finding]) -> Iterator[Finding]:
    """What the words of the file stand for.

    Args:
        untrusted_file: the file
        pdf: as qpdf sees it, which unpacks its streams of objects
        words: names, such as "/Launch", and what they stand for

    Raises:
        Refused: it has streams of objects that qpdf does not see.
        PdfError: one of them cannot be unpacked.
    """
    content = _without_escapes(untrusted_file.read_bytes())
    # By what each must have: of the kind that it should name readers think nothing.
    packs = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/N" in one and "/First" in one]
    if len(_PACKED.findall(content)) > len(packs):
        raise Refused(QuarantineReason.DAMAGED)
    yield from _said(content, {word: finding for word, finding in words.items() if len(word) > _SHORT})
    for text in (_without_streams(content), *(_without_escapes(pack.read_bytes()) for pack in packs)):
        yield from _said(text, words)


def _said(text: bytes, words: Mapping[bytes, Finding]) -> Iterator[Finding]:
    found = re.compile(rb"(?:" + b"|".join(map(re.escape, words)) + rb")" + _BEHIND)
    yield from {words[match[0]] for match in found.finditer(text)}


def _without_streams(content: bytes) -> bytes:
    """All but what stands in streams. Behind the last end of one nothing is in a stream, for who looks here."""
    kept, at = [], 0
    while begin := _STREAM.search(content, at):
        if (end := content.find(_STREAM_END, begin.end())) < 0:
            break
        kept.append(content[at : begin.start()])
        at = end + len(_STREAM_END)
    return b"".join((*kept, content[at:]))


def _without_escapes(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda escaped: bytes.fromhex(escaped[1].decode()), text)
