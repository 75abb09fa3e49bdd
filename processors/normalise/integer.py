"""Whole numbers, with or without thousands separators."""

from __future__ import annotations

import re
from typing import Final

from processors.normalise.amount import blank_between_thousands
from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean

_WHOLE: Final = re.compile(r"[+-]?(\d{1,18}|\d{1,3}([,. ’']\d{3}){1,5})", re.ASCII)  # noqa: RUF001


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a whole number; anything else, a fraction too, is no integer.

    A blank is between thousands only where the type's language prints it there.
    """
    value = clean(text)
    if not _WHOLE.fullmatch(value) or (" " in value and not blank_between_thousands(conventions.locale)):
        return Normalised(None, "no_integer")
    return Normalised(int(re.sub(r"[,. ’']", "", value)))  # noqa: RUF001
