"""The `x-` keywords of a type file, each as a small JSON Schema: the lint needs no code per keyword."""

from __future__ import annotations

from typing import Any, Final

from processors.normalise import NORMALISERS

_WORDINGS: Final = {"type": "array", "items": {"type": "string", "minLength": 2}, "minItems": 1}
_FRACTION: Final = {"type": "number", "minimum": 0, "maximum": 1}

#: On the type itself. `x-version` and `x-release` are required.
TYPE_KEYWORDS: Final[dict[str, Any]] = {
    "x-version": {"type": "string", "pattern": r"^\d+\.\d+$"},
    "x-release": {
        "type": "object",
        "properties": {"threshold": _FRACTION, "empty": {"type": "boolean"}},
        "required": ["threshold"],
        "additionalProperties": False,
    },
    "x-retention": {
        "type": "object",
        "properties": {"days": {"type": "integer", "minimum": 1}, "basis": {"type": "string", "minLength": 1}},
        "required": ["days", "basis"],
        "additionalProperties": False,
    },
    "x-other-labels": _WORDINGS,
}

#: On a property.
FIELD_KEYWORDS: Final[dict[str, Any]] = {
    "x-normaliser": {"enum": sorted(NORMALISERS)},
    "x-labels": _WORDINGS,
    "x-look": {"type": "array", "items": {"enum": ["right", "below", "after"]}, "minItems": 1, "uniqueItems": True},
    "x-phrases": _WORDINGS,
    "x-pattern": {"type": "string", "minLength": 1},
    "x-not": {"type": "string", "minLength": 1},
    "x-date-order": {"enum": ["MDY", "DMY", "YMD"]},
    "x-region": {"type": "array", "items": _FRACTION, "minItems": 4, "maxItems": 4},
    "x-lines": {"type": "integer", "minimum": 1, "maximum": 12},
    "x-last-page": {"type": "integer", "minimum": 1},
    "x-nth": {"type": "integer", "minimum": -3, "maximum": 5, "not": {"const": 0}},
}

#: The JSON Schema words that a type file may use beside ours.
TYPE_WORDS: Final = frozenset(
    {"$schema", "$id", "$comment", "title", "description", "type", "properties", "required", "examples"}
    | {"additionalProperties"}
)
