"""Whether values have the shape of their type, at any depth: what is required, what the schema says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from processors.document_types import DocumentType, FieldRule
from processors.document_types.paths import is_empty


@dataclass(frozen=True)
class _Place:
    """Where a field of the type stands, or should."""

    path: str
    rule: FieldRule
    #: null where it is not there
    value: object
    there: bool


def missing(values: Mapping[str, Any], document_type: DocumentType) -> Iterator[str]:
    """The paths of required values that are not there; an object of nulls is as good as none."""
    for place in _places(document_type.fields, values, ""):
        if place.rule.required and is_empty(place.value):
            yield place.path


def misfits(values: Mapping[str, Any], document_type: DocumentType) -> Iterator[str]:
    """The paths that the JSON Schema refuses, but for a required null, which is missing already."""
    nulls = {place.path for place in _places(document_type.fields, values, "") if _is_null(place)}
    holders = {path.rpartition("/")[0] for path in nulls}
    checker = Draft202012Validator(dict(document_type.schema), format_checker=FormatChecker())
    for error in checker.iter_errors(values):
        path = "/".join(str(step) for step in error.absolute_path)
        if path not in nulls and not (error.validator == "required" and path in holders):
            yield path
    for place in _places(document_type.fields, values, ""):
        if not place.there and not place.rule.required:
            yield place.path  # every field of the type is there, null where not found


def _is_null(place: _Place) -> bool:
    return place.rule.required and place.value is None


def _places(rules: tuple[FieldRule, ...], node: Mapping[str, Any], before: str) -> Iterator[_Place]:
    """Every field of an object, then those of the objects inside that are there."""
    for rule in rules:
        path = f"{before}{rule.name}"
        value = node.get(rule.name)
        yield _Place(path, rule, value, rule.name in node)
        if not rule.fields:
            continue
        if not rule.many:
            inner = [(path, value)]
        else:
            inner = [(f"{path}/{i}", one) for i, one in enumerate(value if isinstance(value, list) else ())]
        for at, one in inner:
            if isinstance(one, dict):
                yield from _places(rule.fields, one, f"{at}/")
