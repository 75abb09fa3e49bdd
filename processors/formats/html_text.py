"""The words of a web page or a mail's HTML, a block a line: for bodies of mails, which need no layout."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Their content is not what a reader sees.
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript"))
#: Each begins and ends a line.
_BLOCKS = frozenset((
    "address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul", "body", "html",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")


def words_of(untrusted_html: str) -> str:
    """The text that a reader would see; nothing is fetched and nothing run."""
    reader = _Reader()
    reader.feed(untrusted_html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects text, and breaks lines where a browser would."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen:
            # A page whose head is never closed has its text in the body all the same.
            if tag == "body" and self._unseen == "head":
                self._unseen = ""
            return
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag in _BLOCKS:
            self._pieces.append("\n")
        elif tag in _CELLS:
            self._pieces.append("\t")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen == tag:
            self._unseen = ""
        elif not self._unseen and tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(_SPACE.sub(" ", data))

    def text(self) -> str:
        """One line a block, at most one empty line between two."""
        lines = [_SPACE.sub(" ", line).strip() for line in "".join(self._pieces).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
