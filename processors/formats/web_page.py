"""Web pages: written anew in UTF-8 without what would reach outside or run, before LibreOffice sees them."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

from processors.formats import charset
from processors.formats.port import Terms

#: Removed with all that is in them.
_DROPPED = frozenset(("script", "iframe", "frame", "object", "embed", "applet", "audio", "video", "noscript"))
#: Removed, being empty: what they would do is fetch, or move every link elsewhere.
_DROPPED_EMPTY = frozenset(("link", "base", "meta"))
_VOID = frozenset(("frame", "embed"))
#: Attributes that name something to fetch. A picture inside the page itself ("data:") may stay.
_FETCHES = frozenset(("src", "srcset", "background", "data", "poster", "lowsrc", "longdesc", "xlink:href", "cite"))
_OUTSIDE = re.compile(r"url\s*\(|@import|expression\s*\(", re.IGNORECASE)
_NAMED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096


def alone(untrusted_file: Path, terms: Terms) -> Path:
    """A copy that stands alone."""
    page = terms.scratch / "page.html"
    writer = _Writer()
    writer.feed(_text(untrusted_file.read_bytes()))
    writer.close()
    head = '<!DOCTYPE html>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
    page.write_text(head + "".join(writer.pieces), encoding="utf-8", errors="replace")
    return page


def _text(untrusted: bytes) -> str:
    if untrusted[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return untrusted.decode("utf-16", errors="replace")
    named = _NAMED.search(untrusted[:_HEAD_BYTES])
    return charset.decoded(untrusted, named[1].decode("ascii") if named else "").removeprefix("\ufeff")


class _Writer(HTMLParser):
    """Writes what it reads, less what reaches outside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self._dropping = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping or tag in _DROPPED_EMPTY:
            return
        if tag in _DROPPED:
            self._dropping = "" if tag in _VOID else tag
            return
        kept = "".join(
            f' {name}="{html.escape(value or "")}"' for name, value in attrs if _harmless(name, value or "")
        )
        self.pieces.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping == tag:
            self._dropping = ""
        elif not self._dropping and tag not in _DROPPED | _DROPPED_EMPTY:
            self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            # The text of a style sheet comes here too.
            self.pieces.append(_OUTSIDE.sub("", data))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _harmless(name: str, value: str) -> bool:
    """Whether an attribute neither fetches nor runs anything."""
    if not re.fullmatch(r"[a-z][a-z0-9:-]{0,40}", name) or name.startswith("on"):
        return False
    if name in _FETCHES:
        return value.strip().lower().startswith("data:image/")
    return not _OUTSIDE.search(value)
