"""Schemas for the tests: a nested one, and one with 369 leaves."""

from __future__ import annotations

from typing import Any

INVOICE: dict[str, Any] = {
    "type": "object",
    "required": ["number", "seller", "lines", "paid"],
    "properties": {
        "number": {"type": "string", "x-normaliser": "identifier", "x-pattern": "(?![a-z])[A-Z0-9/-]{2,20}"},
        "issued": {"type": ["string", "null"], "format": "date", "x-normaliser": "date", "x-labels": ["Date"]},
        "seller": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "description": "Who sells.", "x-normaliser": "name"},
                "mail": {"type": ["string", "null"], "format": "email"},
            },
        },
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 5,
            "items": {
                "type": "object",
                "required": ["text", "amount"],
                "properties": {
                    "text": {"type": "string", "maxLength": 40, "x-normaliser": "text"},
                    "amount": {"type": "string", "x-normaliser": "amount"},
                    "pieces": {"type": ["integer", "null"]},
                    "rate": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                },
            },
        },
        "tags": {"type": "array", "maxItems": 3, "items": {"type": "string", "x-normaliser": "text"}},
        "kind": {"enum": ["goods", "services", None]},
        "paid": {"type": "boolean"},
    },
}


def large(leaves: int = 369) -> dict[str, Any]:
    """A schema with so many leaves: plain fields, objects within objects, and lists of objects."""
    kinds: list[dict[str, Any]] = [
        {"type": "string", "x-normaliser": "name"},
        {"type": ["string", "null"], "x-normaliser": "date"},
        {"type": "string", "x-normaliser": "amount", "x-pattern": r"\$?[\d,]+(?:\.\d\d)?"},
        {"type": ["integer", "null"]},
        {"type": "boolean"},
        {"enum": ["yes", "no", None]},
    ]
    properties: dict[str, Any] = {}
    made = 0
    while made < leaves:
        size = min(1 + made % 31, leaves - made)
        members = {f"m{i}": kinds[(made + i) % len(kinds)] for i in range(size)}
        one: dict[str, Any] = {"type": "object", "properties": members, "required": ["m0"]}
        if made % 3 == 1 and size <= 20:
            one = {"type": "array", "maxItems": 2, "items": one}
        elif made % 3 == 2:
            one = {"type": "object", "properties": {"inside": one}}
        properties[f"p{made}"] = one
        made += size
    return {"type": "object", "properties": properties, "required": list(properties)}
