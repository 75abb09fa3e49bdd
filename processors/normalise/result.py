"""What a normaliser is given and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

#: how 03/04/21 is to be read; "" = not at all
DateOrder = Literal["", "MDY", "DMY", "YMD"]
#: how a person's name is written; "" = as it is printed
NameOrder = Literal["", "given_first", "family_first"]


@dataclass(frozen=True)
class Conventions:
    """How a field's type file says that values are written; what is empty is not known."""

    date_order: DateOrder = ""
    #: language, and country where it matters, such as "de" or "de_CH": month names, decimal comma
    locale: str = ""
    #: ISO 3166 code in capitals, such as "US": telephone numbers, addresses, what "$" means
    country: str = ""
    #: module of python-stdnum, such as "us.ein", "iban", "eu.vat", "luhn"
    id_kind: str = ""
    name_order: NameOrder = ""


#: nothing is known
NONE: Final = Conventions()


@dataclass(frozen=True)
class Normalised:
    """A value, or None with a note; the note is from our own vocabulary, never text of the document."""

    value: str | int | None
    note: str = ""


class Normalise(Protocol):
    """The function of a normaliser's file."""

    def __call__(self, text: str, conventions: Conventions = NONE) -> Normalised:
        """Turn the words of the page into a value, by the conventions of its field."""
