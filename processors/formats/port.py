"""The port of intake: what every file format must be able to say about a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from processors.config import Limits
from processors.reasons import QuarantineReason
from processors.stage import Enclosure, Rejected


class Refused(Exception):
    """A document is at fault; never leaves a stage, which returns `outcome` instead."""

    def __init__(self, reason: QuarantineReason, **details: str | int | float) -> None:
        super().__init__(reason.value)
        self.outcome = Rejected(reason, details)


#: Looks at a file that can be read as it is, before anything is made of it; takes it with its media type, and
#: raises `Refused`.
Inspect = Callable[[Path, str], None]


def pass_all(untrusted_file: Path, media_type: str) -> None:
    """An `Inspect` that looks at nothing."""


@dataclass(frozen=True)
class Terms:
    """What a file may cost, and what may help to open it."""

    limits: Limits
    #: a folder for renditions, enclosures and throw-away files; all that is made lies in it
    scratch: Path
    #: the agency's registered passwords, in the order in which they are tried
    passwords: tuple[str, ...] = ()
    #: what may not be inside
    inspect: Inspect = pass_all
    #: whether files attached to a PDF become documents of their own
    detach: bool = False


@dataclass(frozen=True)
class Rendition:
    """The file that is read instead of the original, which has no pages of its own or is locked."""

    path: Path
    #: "application/pdf" or "text/plain" (UTF-8)
    media_type: str


@dataclass(frozen=True)
class Opened:
    """What was found on opening a file."""

    #: of the rendition where there is one
    pages: int
    rendition: Rendition | None = None
    #: the files inside, in order
    enclosures: tuple[Enclosure, ...] = ()
    #: program and version that made the rendition; "" where none did
    engine: str = ""
    #: as far as a few pages tell, they carry their text with them: reading one takes no second, but milliseconds
    written: bool = False
    #: what is to be known of the opening, from our own vocabulary, such as "encoding_guessed:cp1252"
    notes: tuple[str, ...] = ()


class Format(Protocol):
    """One file format."""

    def open(self, untrusted_file: Path, terms: Terms) -> Opened:
        """Open the file, check every page's size without rendering it, and count the pages.

        Raises:
            Refused: the file cannot be opened, or breaks a limit.
            StageFailed: a program that is needed to open it is not installed.
        """
        ...
