"""Documents that flow while something is broken: sent little by little, and followed to their ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from processors.config import Settings
from tests.documents import text_pdf
from tests.faults.judging import put
from tests.live.oracle import Oracle

#: Released without a person, as long as nothing is wrong with it.
_FORM = Path(__file__).parents[2] / "samples" / "fcc-order.pdf"


def letter(number: int, words: str = "") -> bytes:
    """A small document, no two alike: every fourth is a plain text, every eighth a filled form, which ends as a
    result without a person, the others are PDF files with text.
    """
    if number % 8 == 5:
        return _FORM.read_bytes() + f"% number {number}\n".encode()
    lines = [f"Letter number {number}", "Dear Sir or Madam,", f"we write to you. {words}".strip()]
    if number % 4 == 3:
        return "\n".join(lines).encode()
    return text_pdf(lines)


def letter_name(number: int) -> str:
    """Its name in the inbox."""
    return f"letter {number}.{'txt' if number % 4 == 3 else 'pdf'}"


@dataclass
class Flow:
    """What was sent, and how its ends came in."""

    settings: Settings
    oracle: Oracle
    #: document id -> sha256 of what was sent
    sent: dict[str, str] = field(default_factory=dict)
    #: seconds between two ends in a row, the longest, while there was something to do
    longest_stall: float = 0.0
    _last: float = 0.0
    _ended: int = 0

    def send(self, first: int, last: int) -> list[str]:
        """Upload the letters of these numbers; their ids."""
        new = dict(put(self.settings, letter_name(n), letter(n)) for n in range(first, last))
        self.sent |= new
        return list(new)

    @property
    def ended(self) -> int:
        """How many of what was sent have an end."""
        return self._ended

    def look(self, seconds: float = 0.2) -> None:
        """Take in new ends."""
        began = time.monotonic()
        if self._ended == len(self.sent):
            self._last = began  # nothing to wait for until now
        self.oracle.read(seconds)
        ended = len(self.sent.keys() & self.oracle.ends.keys())
        if ended > self._ended:
            now = time.monotonic()
            self.longest_stall = max(self.longest_stall, now - (self._last or began))
            self._last, self._ended = now, ended

    def run(
        self,
        numbers: Sequence[int],
        *,
        in_flight: int = 120,
        chunk: int = 20,
        patience: float = 240,
        meanwhile: Callable[[int], None] = lambda ended: None,
    ) -> None:
        """Send these letters, never more than `in_flight` of them open, and wait until all have ended.

        Args:
            numbers: of the letters
            in_flight: documents without an end at most
            chunk: letters sent at once
            patience: seconds without any new end after which the run has failed
            meanwhile: called again and again with the number of ends

        Raises:
            AssertionError: nothing ended for so long.
        """
        waiting = list(numbers)
        moved = time.monotonic()
        before = self._ended
        while waiting or self._ended < len(self.sent):
            if waiting and len(self.sent) - self._ended <= in_flight - chunk:
                now, waiting = waiting[:chunk], waiting[chunk:]
                for number in now:
                    self.send(number, number + 1)
            self.look()
            meanwhile(self._ended)
            if self._ended > before:
                before, moved = self._ended, time.monotonic()
            missing = self.sent.keys() - self.oracle.ends.keys()
            assert time.monotonic() - moved < patience, (
                f"no end for {patience} s, {len(missing)} missing: {self.oracle.last(set(list(missing)[:10]))}"
            )
