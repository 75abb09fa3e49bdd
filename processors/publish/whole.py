"""The rules between fields, asked of a document's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from processors.document_types import DocumentType
from processors.events import FailedRule
from processors.normalise.comparing import comparable


def broken(values: Mapping[str, Any], document_type: DocumentType) -> Iterator[FailedRule]:
    """Each rule that the values break, once per entry where it is about the entries of an array."""

    def key(path: str, value: object) -> object:
        rule = document_type.field(path)
        return comparable(rule.normaliser if rule else "", value)

    for rule in document_type.rules:
        for paths in rule.broken(values, key):
            yield FailedRule(name=rule.name, paths=paths)
