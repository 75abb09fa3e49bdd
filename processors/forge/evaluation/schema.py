"""Whether what was read has the form that its type's schema asks for, apart from what was not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker


def fits(values: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Whether the values that are there are valid: their types, patterns, formats, bounds, and no unknown field.

    A null, or an array with too few members, is something not found: that is for completeness to judge.
    """
    found = {name: value for name, value in values.items() if value is not None}
    loose = {**schema, "required": []}
    checker = Draft202012Validator(loose, format_checker=FormatChecker())
    return all(error.validator == "minItems" for error in checker.iter_errors(found))
