"""The process that draws pages: `runtime/child.py` with another stage in it, behind the same walls."""

from __future__ import annotations

from dataclasses import replace

from processors.config import Limits, Settings
from processors.runtime.child import serve
from processors.stage import Stage

#: A person waits for one page, not a worker for a document.
SECONDS = 20.0
_MEMORY = 1536 * 1024 * 1024
_SCRATCH_BYTES = 512 * 1024 * 1024


def narrowed(limits: Limits) -> Limits:
    """What drawing a page may cost."""
    return replace(
        limits,
        work_seconds=min(SECONDS, limits.work_seconds),
        child_memory=min(_MEMORY, limits.child_memory),
        scratch_bytes=min(_SCRATCH_BYTES, limits.scratch_bytes),
    )


def _build(_: str, settings: Settings) -> Stage:
    # Here alone: no parser is loaded into the process that serves pages.
    from processors.console.drawing import Drawing  # noqa: PLC0415

    return Drawing(settings.limits)


if __name__ == "__main__":
    serve(_build, narrowed)
