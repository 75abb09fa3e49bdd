"""Names of people, companies and places: plain text without the punctuation of the form around it."""

from __future__ import annotations

from typing import Final

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

#: Leaders, rules and quotation marks of forms; a trailing full stop stays ("Inc.").
_LEFT: Final = " _-–—.,:;|*'\"“”‘’()[]{}=~•"  # noqa: RUF001
_RIGHT: Final = " _-–—,:;|*'\"“”‘’([{=~•"  # noqa: RUF001


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Take leading and trailing form punctuation away; a name needs at least two letters or digits."""
    value = clean(text).lstrip(_LEFT).rstrip(_RIGHT)
    if value.endswith(")") and "(" not in value:
        value = value.rstrip(") ")
    enough = sum(c.isalnum() for c in value) >= 2
    return Normalised(value if enough else None, "" if enough else "no_name")
