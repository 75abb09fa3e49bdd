"""Numbers and codes that name something: as printed, without the punctuation around them."""

from __future__ import annotations

from typing import Final

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_AROUND: Final = " .,:;#_|*'\"“”‘’=~"  # noqa: RUF001


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Strip punctuation at both ends; an identifier has at least one letter or digit."""
    value = clean(text).strip(_AROUND)
    enough = any(c.isalnum() for c in value)
    return Normalised(value if enough else None, "" if enough else "no_identifier")
