"""Work for the hostile child."""

from __future__ import annotations

from pathlib import Path

from processors.adapters.memory import MemoryObjects
from processors.stage import Work
from tests.unit.runtime.makers import DOCUMENT, requested, stored


def work_on(name: str, home: Path) -> Work:
    """Work on a document whose name says what the stage does with it."""
    original = DOCUMENT.original.model_copy(update={"key": name})
    document = DOCUMENT.model_copy(update={"original": original})
    scratch = home / "work"
    scratch.mkdir(exist_ok=True)
    return Work(requested(stored(MemoryObjects(), "original"), 1, 1, document), {}, scratch)
