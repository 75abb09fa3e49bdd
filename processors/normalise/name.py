"""Names of people, companies and places: plain text without the punctuation of the form around it."""

from __future__ import annotations

import re
from typing import Final

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

#: Leaders, rules and quotation marks of forms; a trailing full stop stays ("Inc.").
_LEFT: Final = " _-–—.,:;|*'\"“”‘’()[]{}=~•"  # noqa: RUF001
_RIGHT: Final = " _-–—,:;|*'\"“”‘’([{=~•"  # noqa: RUF001
#: What is said of a name behind it: "Acme, Inc., a Delaware corporation", "Ada Lovelace (“Employee”)".
_SAID_OF_IT: Final = re.compile(
    r""",?\s+(?:an?\s(?:[A-Z][\w.]*\s){1,3}(?:[a-z]+\s){0,3}(?:corporation|company|partnership|trust|bank)\b"""
    r"""|\((?:the\s|hereinafter\s|collectively,?\s)?[“"]).*""",
    re.DOTALL,
)


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Take away what is said of the name behind it, and form punctuation; two letters or digits must be left."""
    value = _SAID_OF_IT.sub("", clean(text)).lstrip(_LEFT).rstrip(_RIGHT)
    if value.endswith(")") and "(" not in value:
        value = value.rstrip(") ")
    enough = sum(c.isalnum() for c in value) >= 2
    return Normalised(value if enough else None, "" if enough else "no_name")
