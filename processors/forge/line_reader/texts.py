"""What made lines say: lines of transcribed documents, with other numbers, other cases, other order; and noise."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence

from processors.ocr.lines.alphabet import ALPHABET

_KNOWN = frozenset(ALPHABET)
_SIGNS = ".,:;-/()#%&*@'+=$£€_!?\"<>[]~|\\^`{}°"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Texts:
    """An endless supply of lines, the same for the same seed."""

    def __init__(self, lines: Sequence[str], prose: Sequence[str], seed: int) -> None:
        """Take lines of print such as will be read, and lines of any other print in the same alphabet."""
        self._lines = [line for line in lines if line.strip() and set(line) <= _KNOWN]
        self._prose = [line for line in prose if line.strip() and set(line) <= _KNOWN]
        self._words = [word for line in self._lines for word in line.split()]
        self._random = random.Random(seed)
        ways: list[tuple[Callable[[], str], float]] = [
            (self._as_it_is, 0.22), (self._other_digits, 0.2), (self._columns, 0.14), (self._shuffled, 0.14),
            (self._from_prose, 0.12), (self._figures, 0.13), (self._noise, 0.05),
        ]  # fmt: skip
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

    def _figures(self) -> str:
        pick = self._random
        day, month, year = pick.randint(1, 31), pick.randint(1, 12), pick.randint(1990, 2035)
        apart = pick.choice("/-. ")
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"{pick.choice(['', 'RM', 'RM ', '$', 'USD ', '-', '€', '£'])}{self._amount()}",
            lambda: f"{day:02}{apart}{month:02}{apart}{pick.choice([year, year % 100]):02}",
            lambda: f"{day:02}{apart}{pick.choice(_MONTHS)}{apart}{year}",
            lambda: f"{year}-{month:02}-{day:02} {pick.randint(0, 23):02}:{pick.randint(0, 59):02}",
            lambda: (
                f"{pick.randint(0, 23)}:{pick.randint(0, 59):02}:{pick.randint(0, 59):02} {pick.choice(['AM', 'PM', ''])}"
            ),
            lambda: "".join(pick.choices(string.digits, k=pick.randint(1, 14))),
            lambda: f"{pick.choice(string.ascii_uppercase)}{pick.randint(0, 10 ** pick.randint(1, 8))}",
            lambda: "".join(pick.choices(string.digits + string.ascii_uppercase + "-/", k=pick.randint(3, 14))),
            lambda: (
                f"{pick.randint(1, 20)} {pick.choice('xX@*')} {self._amount()} {self._amount()} {pick.choice(['', 'SR', 'Z', 'T', 'S'])}"
            ),
            lambda: f"0{pick.randint(1, 99)}-{pick.randint(100, 9999)} {pick.randint(1000, 9999)}",
            lambda: f"({pick.randint(1000, 9999999)}-{pick.choice(string.ascii_uppercase)})",
            lambda: f"{pick.randint(0, 100)}{pick.choice(['', '.0', '.00', '.5'])}%",
        )
        return pick.choice(forms)()

    def _amount(self) -> str:
        return (
            f"{self._random.randint(0, 10 ** self._random.randint(1, 6)) / 100:{self._random.choice([',', ''])}.2f}"
        )

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
