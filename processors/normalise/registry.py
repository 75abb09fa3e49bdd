"""A normaliser by its name; its file, and the library behind it, is loaded when a type first asks for it.

All libraries together take a second to import, and most types need two of them. `DocumentType`s are loaded before
a worker forks, so no document pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module

from processors.normalise.result import NONE, Conventions, DateOrder, Normalise, Normalised


@dataclass(frozen=True)
class Normaliser:
    """The normaliser of this name."""

    name: str

    @cached_property
    def function(self) -> Normalise:
        """What its file has."""
        found: Normalise = import_module(f"processors.normalise.{self.name}").normalise
        return found

    def __call__(self, text: str, conventions: Conventions = NONE, *, date_order: DateOrder = "") -> Normalised:
        """Turn the words of the page into a value; `date_order` alone is short for conventions with only that."""
        return self.function(text, replace(conventions, date_order=date_order) if date_order else conventions)
