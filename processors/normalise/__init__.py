"""Normalisers: from the verbatim text of a value to its one written form, or a note why there is none.

A pure function per file, `normalise(text, date_order) -> Normalised`. Grounding runs the same function again on
the words of the page, so a model cannot bring a value that its text does not give.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processors.normalise import amount, date, duration, identifier, integer, name, text
from processors.normalise.result import Normalise, Normalised

NORMALISERS: Final[Mapping[str, Normalise]] = MappingProxyType(
    {
        "amount": amount.normalise,
        "date": date.normalise,
        "duration": duration.normalise,
        "identifier": identifier.normalise,
        "integer": integer.normalise,
        "name": name.normalise,
        "text": text.normalise,
    }
)

__all__ = ["NORMALISERS", "Normalise", "Normalised"]
