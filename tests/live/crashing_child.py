"""A child whose stage dies over each document with "kills" in its name, as over a file that was made for it."""

from __future__ import annotations

import importlib
import os
import signal

from processors.config import Settings
from processors.runtime import child
from processors.stage import Outcome, Stage, Work


class Dying:
    """The real stage, but for such documents."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def process(self, work: Work) -> Outcome:
        """See `stage.Stage`."""
        if "kills" in work.event.data.document.original.key:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._stage.process(work)


def _build(name: str, settings: Settings) -> Stage:
    return Dying(importlib.import_module(f"processors.{name}.stage").build(settings))


if __name__ == "__main__":
    child.serve(_build)
