"""The process in which a stage works: `python -m processors.runtime.child STAGE FD FENCE`.

It loads the stage once and stays warm. Work that parses bytes from outside gets a fork of its own, with bounds on
memory, time and files, so that a file that kills a parser kills one fork and nothing else: milliseconds for it
instead of seconds for loading the engine again. It has no credentials and talks to its worker alone, a JSON line
for a JSON line on the socket FD. FENCE says what its forks may read, see `fence.py`; around all of it there may be
walls, see `sandbox.py`.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from processors import config, pipeline
from processors.errors import PipelineError, StageFailed
from processors.runtime import bounds, fork, silence
from processors.runtime.fence import Fence
from processors.runtime.outcome import outcome_to_json, work_from_json
from processors.runtime.whereabouts import whereabouts
from processors.stage import Stage

#: Smaller limits of those that the settings name.
Narrowed = Callable[[config.Limits], config.Limits]


def main() -> None:
    """The child of a worker: with the stage that it is told."""
    serve(lambda name, settings: importlib.import_module(f"processors.{name}.stage").build(settings))


def serve(build: Callable[[str, config.Settings], Stage], limits: Narrowed = lambda limits: limits) -> None:
    """Serve until the worker closes the socket.

    Args:
        build: makes what works, of the stage's name and the settings
        limits: what a piece of work may cost, of what the settings say
    """
    name, descriptor, fenced = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    bounds.die_with_parent()
    bounds.hide_memory()
    bounds.adopt_orphans()
    # Ctrl-C in a terminal reaches the whole process group; the worker decides when its child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = config.load()
    settings = replace(settings, limits=limits(settings.limits))
    row = pipeline.stage(name)
    with socket.socket(fileno=descriptor) as worker, worker.makefile("rw", encoding="utf-8") as lines:
        try:
            stage = build(name, settings)
            fence = Fence.of(fenced)
        except Exception as error:
            if _may_pass(error):
                raise
            _send(lines, {"misconfigured": _explained(error, settings)})
            return
        if not row.untrusted:
            bounds.on_trusted(settings.limits)
        # What it says while it loads is about the machine; from here on it would be about documents.
        silence.of_libraries()
        _send(lines, {"ready": os.getpid()})
        for line in lines:
            request = json.loads(line)
            if row.untrusted:
                answer = fork.answer_of(partial(_answer, stage), request, settings.limits, descriptor, fence)
            else:
                bounds.on_next_work(settings.limits)
                answer = _answer(stage, request)
            _send(lines, answer)


def _may_pass(error: Exception) -> bool:
    """Whether loading failed for want of memory or the like; else something is missing or does not fit."""
    return isinstance(error, MemoryError | OSError) and not isinstance(error, FileNotFoundError)


def _explained(error: Exception, settings: config.Settings) -> str:
    if isinstance(error, StageFailed):
        return error.detail
    if isinstance(error, PipelineError):
        return str(error)
    # A model that is missing or of another version, or a package that is not installed.
    said = f"{type(error).__name__}: {error}"
    return f"The stage cannot be loaded ({said}). See that {settings.models} (CHANCERY_MODELS) fits this version."


def _answer(stage: Stage, request: dict[str, Any]) -> dict[str, Any]:
    """Do the work here. What is raised becomes an answer, with the places that it came by."""
    try:
        return {"outcome": outcome_to_json(stage.process(work_from_json(request)))}
    except MemoryError:
        return {"crashed": "out_of_memory"}
    except PipelineError as error:
        return {"failed": error.code, "detail": error.detail}
    except Exception as error:  # noqa: BLE001 - the border: a stage may raise anything
        at = whereabouts(error.__traceback__)
        return {"failed": "stage_failed", "detail": type(error).__name__, "at": at}


def _send(lines: Any, answer: dict[str, Any]) -> None:
    lines.write(json.dumps(answer) + "\n")
    lines.flush()


if __name__ == "__main__":
    main()
