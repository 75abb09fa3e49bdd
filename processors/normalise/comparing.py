"""When two values of a field are the same, though not written alike: for rules, for readers that must agree."""

from __future__ import annotations

import re
import unicodedata

#: the words count, not capitals, accents, or the punctuation between them
_WORDED = frozenset({"address", "name", "text"})


def comparable(normaliser: str, value: object) -> object:
    """What equal values have in common; only for comparing, never for showing.

    "Antelo, Cristina" and "Cristina Antelo" are the same person, "Acme, Inc." and "ACME INC" the same name.
    """
    if not isinstance(value, str):
        return value if isinstance(value, int) else repr(value)
    if normaliser == "person":
        from processors.normalise import person  # noqa: PLC0415 - its library takes a quarter of a second

        return _words(" ".join(person.parts(value)))
    if normaliser in _WORDED:
        return _words(value)
    return value.casefold() if normaliser == "identifier" else value


def _words(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))
