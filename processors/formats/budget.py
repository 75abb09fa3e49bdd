"""How much may come out of what is packed, counted while it comes out: what headers promise is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from processors.config import Limits
from processors.formats.port import Refused
from processors.reasons import QuarantineReason

#: Office files and texts shrink to a fiftieth at most; what shrinks further was made to.
MOST_RATIO = 200
#: A small file may shrink as it likes: a blank sheet of paper is a thousandth of itself.
_RATIO_COUNTS_FROM = 32 * 1024 * 1024
_PIECE = 1 << 20


class Budget:
    """What one upload may unpack to, all levels together."""

    def __init__(self, packed_bytes: int, limits: Limits) -> None:
        self._packed, self._limits = packed_bytes, limits
        self._bytes = self._files = 0

    def file(self) -> None:
        """Take one file more.

        Raises:
            Refused: too many files.
        """
        self._files += 1
        if self._files > self._limits.max_enclosed:
            raise Refused(QuarantineReason.TOO_MANY_FILES, limit=self._limits.max_enclosed)

    def pieces(self, untrusted_stream: IO[bytes]) -> Iterator[bytes]:
        """The stream in pieces, as long as the budget lasts.

        Raises:
            Refused: it expands too far.
        """
        while piece := untrusted_stream.read(_PIECE):
            self._take(len(piece))
            yield piece

    def _take(self, count: int) -> None:
        self._bytes += count
        if self._bytes > self._limits.max_unpacked_bytes:
            raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=self._limits.max_unpacked_bytes)
        if self._bytes > max(_RATIO_COUNTS_FROM, self._packed * MOST_RATIO):
            raise Refused(QuarantineReason.EXPANDS_TOO_FAR, packed=self._packed, limit_ratio=MOST_RATIO)
