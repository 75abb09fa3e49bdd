"""Ids with a form and check digits of their own: tax numbers, IBANs, VAT numbers; python-stdnum knows them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Protocol, cast

from stdnum.exceptions import InvalidChecksum, ValidationError

from processors.normalise import identifier
from processors.normalise.result import NONE, Conventions, Normalised


class _Kind(Protocol):
    """What a module of python-stdnum has."""

    def validate(self, number: str) -> str:
        """The number without separators, or an error."""


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Check the number and take its separators out: "91-1144442" is "911144442", an EIN.

    A wrong check digit is "id_checksum", another form than the kind has "id_format".

    Raises:
        ModuleNotFoundError: the conventions name a kind that the lint of type files would refuse.
    """
    value = identifier.normalise(text).value
    if not isinstance(value, str) or not conventions.id_kind:
        return Normalised(None, "no_identifier" if conventions.id_kind else "no_id_kind")
    try:
        return Normalised(_kind(conventions.id_kind).validate(value))
    except InvalidChecksum:
        return Normalised(None, "id_checksum")
    except ValidationError:
        return Normalised(None, "id_format")


@cache
def _kind(kind: str) -> _Kind:
    return cast(_Kind, import_module(f"stdnum.{kind}"))
