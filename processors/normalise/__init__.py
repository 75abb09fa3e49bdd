"""Normalisers: from the verbatim text of a value to its one written form, or a note why there is none.

A pure function per file, `normalise(text, conventions) -> Normalised`. Grounding runs the same function again on
the words of the page, so a model cannot bring a value that its text does not give.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processors.normalise.registry import Normaliser
from processors.normalise.result import Conventions, Normalise, Normalised

_NAMES: Final = (
    "address",
    "amount",
    "currency",
    "date",
    "duration",
    "identifier",
    "integer",
    "name",
    "person",
    "phone",
    "registered_id",
    "text",
)
NORMALISERS: Final[Mapping[str, Normaliser]] = MappingProxyType({name: Normaliser(name) for name in _NAMES})
#: Notes of values that stand on the page and fail their check: no value, and a person must look.
FAILED_CHECKS: Final = frozenset(
    {"address_incomplete", "date_impossible", "duration_contradicts", "id_checksum"}
    | {"id_format", "phone_impossible"}
)

__all__ = ["FAILED_CHECKS", "NORMALISERS", "Conventions", "Normalise", "Normalised", "Normaliser"]
