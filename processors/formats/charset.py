"""In which encoding a text is written: UTF-8, one that a byte order mark names, or the likeliest of a closed list.

A guess can be wrong, so it is narrow: the encodings that office programs of the last decades wrote, none that makes
text of anything (UTF-7, the old DOS and Mac pages, whose letters are others' punctuation), and no byte that no text
has. `charset-normalizer` weighs them; among equals the more frequent one wins.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

UTF_8 = "utf-8"
#: The more frequent first. Each decodes the byte 0x1a and below as ASCII does.
_GUESSED = (
    "cp1252", "iso8859_15", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp932", "gb18030", "big5", "cp949", "euc_jp", "koi8_r", "iso8859_5", "iso8859_6",
)  # fmt: skip
#: The four-byte mark begins with the two-byte one.
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What text may hold beside printable characters.
_TEXT_CONTROLS = frozenset(b"\t\n\r\f")
_CONTROLS = frozenset(range(32)) - _TEXT_CONTROLS | {127}
#: Python's codecs that no sender means, some of which take time with the square of the length.
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"))
#: Who says Latin-1 or ASCII means Windows' page, as browsers know: where they differ, only it has letters.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_PIECE = 1 << 20
#: Lines that are not ASCII, which alone can tell encodings apart: enough to tell, little enough to be quick.
_SAMPLE_BYTES = 16 * 1024


def encoding_of(untrusted_file: Path) -> str:
    """The encoding of a text file; "" if it is no text in any that we read."""
    with untrusted_file.open("rb") as stream:
        head = stream.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding if _decodes(untrusted_file, encoding) else ""
    if _decodes(untrusted_file, UTF_8):
        return UTF_8
    if _has_controls(untrusted_file):
        return ""
    sample = _sample(untrusted_file)
    if _broken_utf_8(sample):
        return ""
    for encoding in guesses(sample):
        if _decodes(untrusted_file, encoding):
            return encoding
    return ""


def guesses(untrusted: bytes) -> list[str]:
    """The encodings that these bytes may be written in, the likeliest first."""
    matches = from_bytes(untrusted, cp_isolation=list(_GUESSED), preemptive_behaviour=False, enable_fallback=False)
    # To one decimal place: finer differences say nothing about a few lines.
    ranked = sorted(
        (round(match.chaos, 1), -round(match.coherence, 1), min(map(_rank, match.could_be_from_charset)))
        for match in matches
    )
    return [_GUESSED[rank] for _, _, rank in ranked]


def decoded(untrusted: bytes, named: str = "") -> str:
    """The text of a small piece, in the encoding that its sender named or that it looks like.

    What does not fit is replaced.
    """
    for encoding in (named, UTF_8):
        try:
            known = codecs.lookup(encoding).name if encoding else ""
            if known and known not in _NO_CHARSETS:
                return untrusted.decode(_MEANT.get(known, known))
        except (LookupError, ValueError):  # an encoding that nobody knows, bytes that do not fit it, or a NUL in it
            continue
    guessed = guesses(untrusted[:_SAMPLE_BYTES])
    return untrusted.decode(guessed[0] if guessed else "cp1252", errors="replace")


def pieces(untrusted_file: Path, encoding: str) -> Iterator[str]:
    """The text in pieces, without its byte order mark.

    Raises:
        UnicodeDecodeError: it is not written in `encoding`.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == UTF_8 else encoding)()
    with untrusted_file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _decodes(untrusted_file: Path, encoding: str) -> bool:
    """Whether the whole file is text in this encoding, without control characters."""
    try:
        return not any(
            chr(code) in piece for piece in pieces(untrusted_file, encoding) for code in _CONTROLS - {127}
        )
    except UnicodeDecodeError:
        return False


def _has_controls(untrusted_file: Path) -> bool:
    with untrusted_file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            if any(byte in piece for byte in _CONTROLS):
                return True
    return False


def _broken_utf_8(sample: bytes) -> bool:
    """Whether this is UTF-8 that was cut off or damaged: read as anything else, it would be garbled throughout."""
    read = sample.decode(UTF_8, errors="replace")
    damaged = read.count("\ufffd")
    return sum(not character.isascii() for character in read) - damaged > damaged


def _sample(untrusted_file: Path) -> bytes:
    """The first lines that hold anything beside ASCII."""
    sample = bytearray()
    with untrusted_file.open("rb") as stream:
        while len(sample) < _SAMPLE_BYTES and (line := stream.readline(_SAMPLE_BYTES)):
            if not line.isascii():
                sample += line
    return bytes(sample)


def _rank(encoding: str) -> int:
    return _GUESSED.index(encoding)
