"""A type with objects, arrays of objects, rules and readers, for tests of the whole room and its neighbours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from processors.document_types import DocumentType, load


def optional(normaliser: str = "text", **more: object) -> dict[str, Any]:
    return {"type": ["string", "null"], "x-normaliser": normaliser, **more}


def invoice() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://chancery.example/invoice.json",
        "title": "Invoice",
        "description": "An invoice with lines.",
        "x-version": "1.0",
        "x-release": {"threshold": 0.9},
        "x-rules": [
            {
                "name": "adds_up",
                "kind": "sum",
                "total": "total",
                "of": ["lines/*/amount", "tax"],
                "tolerance": 0.02,
            },
            {"name": "period", "kind": "order", "fields": ["lines/*/from", "lines/*/to"]},
            {"name": "payable", "kind": "one_of", "fields": ["seller/iban", "cheque"]},
        ],
        "type": "object",
        "additionalProperties": False,
        "required": ["total", "seller"],
        "properties": {
            "total": {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "x-normaliser": "amount"},
            "tax": optional("amount"),
            "cheque": optional("identifier"),
            "seller": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "x-normaliser": "name"},
                    "iban": optional("identifier"),
                },
            },
            "buyer": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "required": ["name"],
                "properties": {"name": {"type": "string", "x-normaliser": "name"}},
            },
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["amount"],
                    "properties": {
                        "amount": {"type": "string", "x-normaliser": "amount"},
                        "from": optional("date", format="date"),
                        "to": optional("date", format="date"),
                        "tags": {"type": "array", "items": {"type": "string"}, "x-normaliser": "name"},
                    },
                },
            },
        },
    }


def large(fields: int = 369) -> dict[str, Any]:
    """A type with so many values, 69 of them in an array of objects."""
    made = invoice()
    del made["x-rules"], made["required"]
    plain = {
        f"f{i}": optional("name", **{"x-labels": [f"Label {i}"], "x-pattern": ".{1,80}"})
        for i in range(fields - 69)
    }
    columns = {
        "type": "object",
        "additionalProperties": False,
        "properties": {f"c{i}": optional() for i in range(69)},
    }
    made["properties"] = {**plain, "rows": {"type": "array", "items": columns}}
    return made


def loaded(folder: Path, content: dict[str, Any], name: str = "invoice") -> DocumentType:
    (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return load(folder)[name]
