"""Which of the types that are written in letters a file is: mail, web page, RTF.

Each needs more than a hint, since nearly anything can stand in a plain text.
"""

from __future__ import annotations

import re

from processors.formats import kinds

_RTF = b"{\\rtf"
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]?[^\r\n]*")
#: Nobody writes these on a memo; mail programs always do.
_MACHINE_HEADERS = frozenset((b"message-id", b"received", b"mime-version", b"return-path", b"dkim-signature"))
_HUMAN_HEADERS = frozenset((b"from", b"date", b"to", b"subject", b"sender"))
#: What may stand before the first tag of a web page.
_PROLOGUE = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->)*", re.DOTALL)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)


def by_head(head: bytes) -> str:
    """The type that the first bytes of a file speak for beyond doubt; "" for none."""
    if head.startswith(_RTF):
        return kinds.RTF
    if _is_page(head):
        return kinds.HTML
    return kinds.EML if _is_mail(head) else ""


def _is_page(head: bytes) -> bool:
    # Of UTF-16 every second byte is nothing, as far as tags go.
    plain = head[2:].replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    prologue = _PROLOGUE.match(plain)
    return prologue is not None and _PAGE.match(plain, prologue.end()) is not None


def _is_mail(head: bytes) -> bool:
    """Whether the file begins with header fields, among them some of a mail program and some of a person."""
    seen: set[bytes] = set()
    lines = head.splitlines()
    if lines and lines[0].startswith(b"From "):  # a mailbox's separator
        del lines[0]
    for line in lines:
        if not line.strip():
            break
        if line[:1] in (b" ", b"\t") and seen:
            continue
        field = _HEADER.fullmatch(line)
        if field is None:
            # Cut off in the middle of a line, or something else altogether.
            if line is not lines[-1]:
                return False
            break
        seen.add(field[1].lower())
    return bool(seen & _MACHINE_HEADERS) and bool(seen & _HUMAN_HEADERS)
