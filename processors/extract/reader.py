"""The port behind which field-reading engines stand: rules, trained encoders, language models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from processors.document_types import DocumentType
from processors.pages import Page


@dataclass(frozen=True)
class Proposal:
    """What an engine believes. Nothing of it is trusted: `grounding.py` checks it against the page."""

    #: "total" or, for an array, "party/0"; the numbers only tell the values apart
    path: str
    #: counted from 1
    page: int
    #: indexes into the page's words, in reading order; empty = wherever `text` stands on the page
    words: tuple[int, ...]
    #: the value's characters as the engine reads them; may leave out what is glued to the words, such as "Date:"
    text: str
    #: 0 to 1, the engine's own belief
    score: float
    #: which kind of engine: "labels", "encoder", "language"
    reader: str = "labels"


class FieldReader(Protocol):
    """An engine that reads fields."""

    @property
    def name(self) -> str:
        """Name and version, such as "labels 1"."""
        ...

    @property
    def digest(self) -> str:
        """sha256 of weights and calibration, "" where there are none."""
        ...

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Sequence[Proposal]:
        """Propose values for the type's fields: any number per field, in any order, none for what is not there."""
        ...
