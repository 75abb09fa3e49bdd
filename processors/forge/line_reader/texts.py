"""What made lines say: lines of transcribed documents, with other numbers, other cases, other order; and noise."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence

from processors.forge.errors import NotThere
from processors.forge.line_reader.made_figures import figure
from processors.ocr.lines.alphabet import ALPHABET

_KNOWN = frozenset(ALPHABET)
_SIGNS = ".,:;-/()#%&*@'+=$£€_!?\"<>[]~|\\^`{}°"


class Texts:
    """An endless supply of lines, the same for the same seed."""

    def __init__(self, lines: Sequence[str], prose: Sequence[str], seed: int) -> None:
        """Take lines of print such as will be read, and of any other print; those in other letters are left out.

        Raises:
            NotThere: no line is in the alphabet.
        """
        self._lines = [line for line in lines if line.strip() and set(line) <= _KNOWN]
        self._prose = [line for line in prose if line.strip() and set(line) <= _KNOWN]
        self._words = [word for line in self._lines for word in line.split()]
        self._random = random.Random(seed)  # noqa: S311 - made lines, no secrets
        ways: list[tuple[Callable[[], str], float]] = [
            (self._as_it_is, 0.22), (self._other_digits, 0.2), (self._columns, 0.14), (self._shuffled, 0.14),
            (self._from_prose, 0.12), (self._figure, 0.13), (self._noise, 0.05),
        ]  # fmt: skip
        if not self._lines:
            raise NotThere("There are no lines in the line reader's alphabet to make lines of.")
        if not self._prose:
            ways = [way for way in ways if way[0] != self._from_prose]
        self._ways, self._weights = zip(*ways, strict=True)

    def line(self, most: int) -> str:
        """A line of at most `most` characters, at least one."""
        text = ""
        while not text.strip():
            text = " ".join(self._random.choices(self._ways, self._weights)[0]().split())
            if len(text) > most:
                start = self._random.randrange(len(text) - most + 1)
                text = text[start : start + most].strip()
        return self._cased(text)

    def _as_it_is(self) -> str:
        return self._random.choice(self._lines)

    def _other_digits(self) -> str:
        return "".join(
            self._random.choice(string.digits) if one.isdigit() else one for one in self._random.choice(self._lines)
        )

    def _columns(self) -> str:
        return " ".join(self._other_digits() for _ in range(self._random.randint(2, 4)))

    def _shuffled(self) -> str:
        words = self._random.choices(self._words, k=self._random.randint(1, 6))
        if self._random.random() < 0.2:
            words.insert(self._random.randrange(len(words) + 1), self._random.choice(_SIGNS))
        return " ".join(words)

    def _from_prose(self) -> str:
        return self._random.choice(self._prose)

    def _figure(self) -> str:
        return figure(self._random)

    def _noise(self) -> str:
        return "".join(self._random.choices(ALPHABET + " " * 12, k=self._random.randint(1, 24)))

    def _cased(self, text: str) -> str:
        way = self._random.random()
        if way < 0.12:
            return text.lower()
        if way < 0.34:
            return text.title()
        if way < 0.44:
            return text.upper()
        return text
