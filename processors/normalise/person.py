"""Names of people: as printed, or in the order that the type asks for; nameparser tells the parts."""

from __future__ import annotations

from typing import Final

from nameparser import HumanName

from processors.normalise import name
from processors.normalise.result import NONE, Conventions, Normalised

#: characters; no person's name is longer, and nameparser takes the square of a text's length
_LONGEST: Final = 300


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Take form punctuation away, as of any name, and put the parts into the order asked for.

    "Antelo, Cristina" is "Cristina Antelo" given name first. A digit makes it no person, nor is
    what is longer than a name.
    """
    printed = name.normalise(text).value
    if not isinstance(printed, str) or len(printed) > _LONGEST or any(c.isdecimal() for c in printed):
        return Normalised(None, "no_person")
    if not conventions.name_order:
        return Normalised(printed)
    read = HumanName(printed)
    given, ends = _joined(read.first, read.middle), _joined(read.suffix)
    if conventions.name_order == "given_first":
        ordered = _joined(read.title, given, read.last) + (f", {ends}" if ends else "")
    else:
        ordered = ", ".join(part for part in (read.last, _joined(read.title, given), ends) if part)
    return Normalised(ordered or printed)


def parts(printed: str) -> tuple[str, str, str, str]:
    """Given names, middle names, family name and suffixes such as "Jr.", for comparing; titles are left out."""
    read = HumanName(printed)
    return read.first, read.middle, read.last, read.suffix


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
