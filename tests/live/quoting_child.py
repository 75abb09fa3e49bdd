"""A child whose stage, at a document with "quoted" in its name, says all that it read and fails with it."""

from __future__ import annotations

import importlib
import logging
import warnings

from processors.config import Settings
from processors.runtime import child
from processors.stage import Outcome, Stage, Work


class Quoting:
    """The real stage, but for such documents."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def process(self, work: Work) -> Outcome:
        """See `stage.Stage`."""
        if "quoted" not in work.event.data.document.original.key:
            return self._stage.process(work)
        words = "".join(path.read_text() for path in work.inputs.values()) + work.event.data.document.original.key
        warnings.warn(words, stacklevel=1)
        logging.getLogger("a.library").error(words)
        raise ValueError(words)


def _build(name: str, settings: Settings) -> Stage:
    return Quoting(importlib.import_module(f"processors.{name}.stage").build(settings))


if __name__ == "__main__":
    child.serve(_build)
