"""Plain text: white space collapsed, characters without a mark on paper removed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from processors.normalise.result import NONE, Conventions, Normalised

#: Bidi controls reorder what a reader sees, zero-width ones hide; neither stands on paper.
INVISIBLE: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    """The text as printed: NFC, no control or invisible characters, single spaces."""
    visible = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Co") else c for c in visible).split())


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Collapse white space."""
    value = clean(text)
    return Normalised(value or None, "" if value else "empty")
