"""A mail as a page: the header fields that a reader sees, the body, and what was attached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from processors.formats.enclosing import Enclosures, shown
from processors.formats.port import Opened, Refused, Terms
from processors.formats.text import text_rendition
from processors.reasons import QuarantineReason


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    #: as the sender chose it
    untrusted_name: str
    untrusted_bytes: bytes


@dataclass
class Letter:
    """A mail, whatever format it came in. All of it is the sender's text."""

    #: name of a field, such as "Subject", and its content
    headers: list[tuple[str, str]] = field(default_factory=list)
    #: pieces of the body, in order
    body: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


def opened(untrusted: Letter, terms: Terms) -> Opened:
    """The mail's page and the files in it.

    Raises:
        Refused: nothing is in the mail, or too much.
    """
    if not (untrusted.headers or any(piece.strip() for piece in untrusted.body) or untrusted.attachments):
        raise Refused(QuarantineReason.EMPTY)
    found = Enclosures(terms.scratch, terms.limits)
    for attachment in untrusted.attachments:
        found.add(attachment.untrusted_name, [attachment.untrusted_bytes])
    page = text_rendition(_lines(untrusted, found), terms)
    return replace(page, enclosures=found.all())


def _lines(untrusted: Letter, found: Enclosures) -> Iterator[str]:
    for name, content in untrusted.headers:
        yield f"{name}: {_one_line(content)}\n"
    names = [enclosure.untrusted_name for enclosure in found.all()]
    if names:
        yield f"Attachments: {'; '.join(names)}\n"
    for piece in untrusted.body:
        # A form feed would begin a new sheet.
        yield "\n" + _plain(piece) + "\n"


def _plain(untrusted: str) -> str:
    """Line ends of one kind, and no control characters beside them."""
    lines = untrusted.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c == "\t" or c >= " ").rstrip() for line in lines).strip("\n")


def _one_line(untrusted: str) -> str:
    return " ".join(_plain(untrusted).split())


def name_of(untrusted_name: str | None, number: int, ending: str) -> str:
    """An attachment's name; one without a name gets a number."""
    return shown(untrusted_name) if untrusted_name and untrusted_name.strip() else f"attachment-{number}{ending}"


def is_trifle(untrusted: bytes, sides: Sequence[int]) -> bool:
    """Whether a picture in a mail's text is decoration: a tracking pixel, an icon, a logo; never a page.

    Args:
        untrusted: the picture's bytes
        sides: its width and height in pixels, as its header says; none if it has no header that can be read
    """
    return len(untrusted) < _LEAST_PICTURE_BYTES or (len(sides) > 0 and min(sides) < _LEAST_SIDE_PIXELS)


#: A page of text cannot be less in any picture format that mails carry.
_LEAST_PICTURE_BYTES = 4096
#: At 100 dpi, below which nothing can be read, two inches.
_LEAST_SIDE_PIXELS = 200
