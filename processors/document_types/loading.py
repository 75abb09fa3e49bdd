"""Reading type files into frozen records; refuses a folder in which the lint finds anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from processors.document_types.lint import Problem, lint
from processors.document_types.loading_fields import fields_of, rule_of
from processors.document_types.model import DocumentType
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
    retention = schema.get("x-retention", {"days": 0, "basis": ""})
    made = DocumentType(
        name=file.stem,
        title=schema["title"],
        description=schema["description"],
        version=schema["x-version"],
        threshold=float(schema["x-release"]["threshold"]),
        may_be_empty=bool(schema["x-release"].get("empty", False)),
        retention_days=retention["days"],
        retention_basis=retention["basis"],
        fields=fields_of(schema),
        other_labels=tuple(schema.get("x-other-labels", ())),
        schema=MappingProxyType(schema),
        readers=tuple(schema.get("x-readers", DocumentType.readers)),
        agreement_releases=bool(schema["x-release"].get("agreement", False)),
        rules=tuple(rule_of(rule) for rule in schema.get("x-rules", ())),
    )
    for _, rule in made.leaves():
        rule.normalise("")  # loads its library and tables, before a worker forks
    return made
