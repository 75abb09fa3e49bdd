"""Reading type files into frozen records; refuses a folder in which the lint finds anything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from processors.document_types import expressions
from processors.document_types.lint import Problem, lint
from processors.document_types.model import DocumentType, FieldRule
from processors.errors import PipelineError


class DocumentTypesInvalid(PipelineError):
    """The document types cannot be used; correct their files and start again."""

    code = "document_types_invalid"
    blame = "dependency"  # an operator must act; no document may pay for it

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(["", *map(str, problems)]))
        self.problems = tuple(problems)


def load(folder: Path) -> Mapping[str, DocumentType]:
    """The document types of a folder, by name.

    Raises:
        DocumentTypesInvalid: with every problem that the lint found.
    """
    problems = lint(folder)
    if problems:
        raise DocumentTypesInvalid(problems)
    types = (_document_type(file) for file in sorted(folder.glob("*.json")))
    return MappingProxyType({one.name: one for one in types})


def _document_type(file: Path) -> DocumentType:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    required = set(schema.get("required", ()))
    retention = schema.get("x-retention", {"days": 0, "basis": ""})
    return DocumentType(
        name=file.stem,
        title=schema["title"],
        description=schema["description"],
        version=schema["x-version"],
        threshold=float(schema["x-release"]["threshold"]),
        may_be_empty=bool(schema["x-release"].get("empty", False)),
        retention_days=retention["days"],
        retention_basis=retention["basis"],
        fields=tuple(_field(n, rule, required=n in required) for n, rule in schema["properties"].items()),
        other_labels=tuple(schema.get("x-other-labels", ())),
        schema=MappingProxyType(schema),
    )


def _field(name: str, rule: dict[str, Any], *, required: bool) -> FieldRule:
    kind = rule["type"]
    return FieldRule(
        name=name,
        description=rule.get("description", ""),
        required=required,
        many=kind == "array" or "array" in kind,
        normaliser=rule["x-normaliser"],
        labels=tuple(rule.get("x-labels", ())),
        phrases=tuple(expressions.phrase(p) for p in rule.get("x-phrases", ())),
        look=tuple(rule.get("x-look", FieldRule.look)),
        pattern=re.compile(rule["x-pattern"]) if "x-pattern" in rule else None,
        never=re.compile(rule["x-not"]) if "x-not" in rule else None,
        region=tuple(rule.get("x-region", FieldRule.region)),
        date_order=rule.get("x-date-order", FieldRule.date_order),
        lines=rule.get("x-lines", FieldRule.lines),
        last_page=rule.get("x-last-page", FieldRule.last_page),
        nth=rule.get("x-nth", FieldRule.nth),
    )
