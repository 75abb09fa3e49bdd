"""Files inside a file: each is written to the scratch folder under a number of ours, whatever it calls itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from processors.config import Limits
from processors.formats.port import Refused
from processors.reasons import QuarantineReason
from processors.stage import Enclosure

#: The end is what matters: people read it, and the extension stands there.
_MOST_NAME = 200


class Enclosures:
    """Collects the files inside a document."""

    def __init__(self, scratch: Path, limits: Limits) -> None:
        self._folder = scratch / "enclosed"
        self._folder.mkdir(exist_ok=True)
        self._limits = limits
        self._found: list[Enclosure] = []

    def add(self, untrusted_name: str, untrusted_pieces: Iterable[bytes]) -> int:
        """Write one file and return its bytes.

        Raises:
            Refused: too many files, or one that no upload could be as large as.
        """
        if len(self._found) >= self._limits.max_enclosed:
            raise Refused(QuarantineReason.TOO_MANY_FILES, limit=self._limits.max_enclosed)
        path = self._folder / f"{len(self._found) + 1:05}"
        size = 0
        with path.open("wb") as stream:
            for piece in untrusted_pieces:
                size += len(piece)
                if size > self._limits.max_bytes:
                    raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=self._limits.max_bytes)
                stream.write(piece)
        self._found.append(Enclosure(path, shown(untrusted_name)))
        return size

    def all(self) -> tuple[Enclosure, ...]:
        """The files, in the order in which they came."""
        return tuple(self._found)


def shown(untrusted_name: str) -> str:
    """A name that can be stored and shown on one line: no control characters, no halves of any, not endless."""
    kept = "".join(c for c in untrusted_name[-_MOST_NAME:] if unicodedata.category(c)[0] != "C")
    return kept.strip() or "unnamed"
