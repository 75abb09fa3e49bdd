"""Telephone numbers as E.164, by Google's libphonenumber."""

from __future__ import annotations

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

from processors.normalise.result import NONE, Conventions, Normalised
from processors.normalise.text import clean


def normalise(text: str, conventions: Conventions = NONE) -> Normalised:
    """Read a number: "(202) 514-2000" is "+12025142000" in the US; an extension is left out.

    A number without "+" needs the country of the type, else it is "phone_ambiguous". One that no network there has
    is "phone_impossible".
    """
    value = clean(text)
    try:
        number = parse(value, conventions.country or None)
    except NumberParseException as error:
        unknown = error.error_type == NumberParseException.INVALID_COUNTRY_CODE and not conventions.country
        return Normalised(None, "phone_ambiguous" if unknown and any(c.isdecimal() for c in value) else "no_phone")
    if not is_valid_number(number):
        return Normalised(None, "phone_impossible")
    return Normalised(format_number(number, PhoneNumberFormat.E164))
