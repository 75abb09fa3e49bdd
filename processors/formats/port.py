"""The port of intake: what every file format must be able to say about a file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from processors.config import Limits
from processors.reasons import QuarantineReason
from processors.stage import Rejected


class Refused(Exception):
    """A document is at fault; never leaves a stage, which returns `outcome` instead."""

    def __init__(self, reason: QuarantineReason, **details: str | int | float) -> None:
        super().__init__(reason.value)
        self.outcome = Rejected(reason, details)


class Format(Protocol):
    """One file format."""

    def pages(self, untrusted_file: Path, scratch: Path, limits: Limits) -> int:
        """Open the file, check every page's size without rendering it, and count the pages.

        Raises:
            Refused: the file cannot be opened, or breaks a limit.
        """
        ...
