"""Whole numbers, with or without thousands separators."""

from __future__ import annotations

import re
from typing import Final

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_WHOLE: Final = re.compile(r"[+-]?(\d{1,18}|\d{1,3}([,. ’']\d{3}){1,5})", re.ASCII)  # noqa: RUF001


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a whole number; anything else, a fraction too, is no integer."""
    value = clean(text)
    if not _WHOLE.fullmatch(value):
        return Normalised(None, "no_integer")
    return Normalised(int(re.sub(r"[,. ’']", "", value)))  # noqa: RUF001
