"""The port of page sources: a document's pages, each already read or as a picture to be recognised."""

from __future__ import annotations

from typing import Protocol

from processors.ocr.picture import Picture
from processors.pages import Page


class PageSource(Protocol):
    """An opened document."""

    def read(self, number: int) -> Page | Picture:
        """Page `number`, counted from 1.

        Raises:
            Refused: the page cannot be opened or rendered.
        """
        ...
