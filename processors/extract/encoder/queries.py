"""What the encoder is asked: a field in words, the same in training and in production."""

from __future__ import annotations

from processors.document_types import DocumentType, FieldRule


def question(document_type: DocumentType, rule: FieldRule) -> str:
    """The field for a text model: title of the type, name, description, and the wordings beside the value."""
    name = rule.name.replace("/", " ").replace("_", " ")
    labels = ", ".join(rule.labels[:4])
    return f"{document_type.title}. {name}: {rule.description} {labels}".strip()
