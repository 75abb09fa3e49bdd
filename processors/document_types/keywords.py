"""The `x-` keywords of a type file, each as a small JSON Schema: the lint needs no code per keyword."""

from __future__ import annotations

from typing import Any, Final, get_args

from processors.document_types.model import Reader
from processors.normalise import NORMALISERS

_WORDINGS: Final = {"type": "array", "items": {"type": "string", "minLength": 2}, "minItems": 1}
_FRACTION: Final = {"type": "number", "minimum": 0, "maximum": 1}
_PATH: Final = {"type": "string", "minLength": 1}
_PATHS: Final = {"type": "array", "items": _PATH, "minItems": 2, "uniqueItems": True}
_SCALAR: Final = {"type": ["string", "integer"]}
_NAME: Final = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}

#: On the type itself. `x-version` and `x-release` are required.
TYPE_KEYWORDS: Final[dict[str, Any]] = {
    "x-version": {"type": "string", "pattern": r"^\d+\.\d+$"},
    "x-release": {
        "type": "object",
        "properties": {"threshold": _FRACTION, "empty": {"type": "boolean"}, "agreement": {"type": "boolean"}},
        "required": ["threshold"],
        "additionalProperties": False,
    },
    "x-readers": {"type": "array", "items": {"enum": list(get_args(Reader))}, "minItems": 1, "uniqueItems": True},
    "x-retention": {
        "type": "object",
        "properties": {"days": {"type": "integer", "minimum": 1}, "basis": {"type": "string", "minLength": 1}},
        "required": ["days", "basis"],
        "additionalProperties": False,
    },
    "x-rules": {"type": "array", "items": {"type": "object", "required": ["name", "kind"]}, "minItems": 1},
    "x-other-labels": _WORDINGS,
}


def _rule(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"name": _NAME, "kind": True, **required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


#: What a rule of each kind holds beside its `name` and `kind`.
RULE_KINDS: Final[dict[str, Any]] = {
    "sum": _rule(
        {"total": _PATH, "of": {**_PATHS, "minItems": 1}}, {"tolerance": {"type": "number", "minimum": 0}}
    ),
    "order": _rule({"fields": _PATHS}, {"strict": {"type": "boolean"}}),
    "required_if": _rule(
        {"field": _PATH, "if": _PATH}, {"equals": {"type": "array", "items": _SCALAR, "minItems": 1}}
    ),
    "equal": _rule({"fields": _PATHS}),
    "one_of": _rule({"fields": _PATHS}),
}

#: On a property that has a value, or an array of values.
FIELD_KEYWORDS: Final[dict[str, Any]] = {
    "x-normaliser": {"enum": sorted(NORMALISERS)},
    "x-labels": _WORDINGS,
    "x-look": {"type": "array", "items": {"enum": ["right", "below", "after"]}, "minItems": 1, "uniqueItems": True},
    "x-phrases": _WORDINGS,
    "x-pattern": {"type": "string", "minLength": 1},
    "x-not": {"type": "string", "minLength": 1},
    "x-date-order": {"enum": ["MDY", "DMY", "YMD"]},
    "x-locale": {"type": "string", "pattern": "^[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?$"},
    "x-country": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "x-id-kind": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"},
    "x-name-order": {"enum": ["given_first", "family_first"]},
    "x-region": {"type": "array", "items": _FRACTION, "minItems": 4, "maxItems": 4},
    "x-lines": {"type": "integer", "minimum": 1, "maximum": 12},
    "x-last-page": {"type": "integer", "minimum": 1},
    "x-nth": {"type": "integer", "minimum": -3, "maximum": 5, "not": {"const": 0}},
}
#: On a property that is an object, or an array of objects: the headline over it.
OBJECT_KEYWORDS: Final[dict[str, Any]] = {"x-labels": _WORDINGS}

#: The JSON Schema words that a type file may use beside ours.
TYPE_WORDS: Final = frozenset(
    {"$schema", "$id", "$comment", "title", "description", "type", "properties", "required", "examples"}
    | {"additionalProperties"}
)
