"""What a benchmark compares: something that reads a document, with its engine named."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Failed(Exception):
    """A tool could not read a document, or does not run at all; never ends the benchmark."""


class Tool(Protocol):
    """A way to read documents. What it starts stays a child of this process, so that its CPU time can be read."""

    #: in tables and in the line for machines
    name: str
    #: engine and version; "" until it is known
    engine: str

    def start(self) -> None:
        """Make ready for documents: what a worker does once, before its first.

        Raises:
            Failed: it does not run.
        """
        ...

    def read(self, path: Path, pages: int) -> str:
        """Read a document; what was prepared for peers beforehand is found by its path.

        Raises:
            Failed: it could not.
        """
        ...

    def stop(self) -> None:
        """End what was started."""
        ...
