"""A normaliser by its name; its file, and the library behind it, is loaded when a type first asks for it.

All libraries together take a second to import, and most types need two of them. `DocumentType`s are loaded before
a worker forks, so no document pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import cast

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

    def __call__(self, text: str, conventions: Conventions = NONE, *, date_order: str = "") -> Normalised:
        """Turn the words of the page into a value; `date_order` alone is short for conventions with only that."""
        if date_order:
            conventions = replace(conventions, date_order=cast(DateOrder, date_order))
        return self.function(text, conventions)
