"""What a normaliser returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Normalised:
    """A value, or None with a note; the note is from our own vocabulary, never text of the document."""

    value: str | int | None
    note: str = ""


class Normalise(Protocol):
    """A normaliser."""

    def __call__(self, text: str, date_order: str = "") -> Normalised:
        """Turn the words of the page into a value; `date_order` is the type's reading of 03/04/21, or ""."""
        ...
