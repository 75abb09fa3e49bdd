"""Closed lists whose members carry a sentence for people: `NAME = value, meaning`."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self


class Explained(Enum):
    """Adds `meaning` to the members of an enum; the type of their values stands before it among the bases."""

    meaning: str

    def __new__(cls, value: Any, meaning: str) -> Self:
        """Keep the sentence beside the value."""
        kind: Any = cls._member_type_  # type: ignore[attr-defined]  # str or int
        member: Self = kind.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    def __str__(self) -> str:
        return str(self.value)
