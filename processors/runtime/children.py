"""Starts the process in which a stage works, shut in as far as this machine can."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import structlog

from processors import pipeline
from processors.config import Settings
from processors.runtime import levels, sandbox, view
from processors.runtime.fence import in_words
from processors.runtime.levels import Level
from processors.runtime.workbench import Child, Misconfigured


def child_of(
    row: pipeline.StageRow, settings: Settings, scratch: Path, module: str = "processors.runtime.child"
) -> Child:
    """The process in which the stage works, walled in where it parses bytes from outside.

    Args:
        row: the stage
        settings: of the installation
        scratch: the one folder that it can write
        module: what it runs, see `child.serve`

    Raises:
        Misconfigured: walls are asked for, and this machine cannot have them.
    """
    environment = dict(os.environ) | {"CHANCERY_MODELS": str(settings.models)}
    try:
        used = levels.used(settings, levels.found() if row.untrusted else levels.NOTHING, untrusted=row.untrusted)
    except ValueError as lacking:
        raise Misconfigured(f"CHANCERY_SANDBOX=on, and this machine cannot have walls: {lacking}.") from lacking
    if row.untrusted and used.level < Level.WALLS:
        structlog.get_logger().warning("weak_sandbox", level=used.level.word, setting=settings.sandbox)

    def walls(command: Sequence[str]) -> Sequence[str]:
        return sandbox.around(command, settings, scratch, environment) if used.namespaces else command

    readable = view.readable(settings, environment) if used.landlock else None
    fence = in_words(readable, filtered=used.filter)
    return Child(row.name, environment, settings.limits.work_seconds, module, walls, fence, str(used))
