"""The process in which a stage works: `python -m processors.runtime.child STAGE FD`.

It loads the stage once and stays warm. Work that parses bytes from outside gets a fork of its own, with bounds on
memory, time and file size, so that a file that kills a parser kills one fork and nothing else: 7-9 ms for the fork
instead of seconds for loading the engine again. It has no credentials and talks to its worker alone, a JSON line
for a JSON line on the socket FD. (A namespace without network and a read-only view of the disk come with the
sandbox; until then the bounds here are all the containment there is.)
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import signal
import socket
import stat
import sys
import traceback
from pathlib import Path
from typing import Any

from processors import config, pipeline
from processors.errors import PipelineError, StageFailed
from processors.runtime.outcome import MOST_ANSWER_BYTES, outcome_to_json, work_from_json
from processors.stage import Stage

_PR_SET_PDEATHSIG = 1
#: A stage that writes more than this into one file is not doing its work.
_MAX_FILE_BYTES = 4 * 1024**3


def main() -> None:
    """Serve until the worker closes the socket."""
    name, descriptor = sys.argv[1], int(sys.argv[2])
    _die_with_parent()
    # Ctrl-C in a terminal reaches the whole process group; the worker decides when its child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = config.load()
    row = pipeline.stage(name)
    with socket.socket(fileno=descriptor) as worker, worker.makefile("rw", encoding="utf-8") as lines:
        try:
            stage: Stage = importlib.import_module(f"processors.{name}.stage").build(settings)
        except Exception as error:
            if _may_pass(error):
                raise
            _send(lines, {"misconfigured": _explained(error, settings)})
            return
        _send(lines, {"ready": os.getpid()})
        for line in lines:
            request = json.loads(line)
            if row.untrusted:
                answer = _in_fork(stage, request, settings.limits, descriptor)
            else:
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
    """Do the work here. What is raised becomes an answer; of its traceback our own log gets the places."""
    try:
        return {"outcome": outcome_to_json(stage.process(work_from_json(request)))}
    except MemoryError:
        return {"crashed": "out_of_memory"}
    except PipelineError as error:
        return {"failed": error.code, "detail": error.detail}
    except Exception as error:  # noqa: BLE001 - the border: a stage may raise anything
        # Where, not what: the message of a parser's error quotes the document, which no log may do.
        sys.stderr.writelines([*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n"])
        return {"failed": "stage_failed", "detail": type(error).__name__}


def _in_fork(stage: Stage, request: dict[str, Any], limits: config.Limits, worker: int) -> dict[str, Any]:
    """Do the work in a fork and wait for it; a fork that dies is an answer too."""
    answer_file = Path(request["scratch"]) / ".answer.json"
    child = os.fork()
    if child == 0:
        try:
            _die_with_parent()
            # A group of its own, so that programs that it starts end with it.
            os.setpgid(0, 0)
            # A parser that was taken over must not answer for other documents.
            os.close(worker)
            _bound(limits)
            answer_file.write_text(json.dumps(_answer(stage, request)), encoding="utf-8")
            os._exit(0)
        except BaseException:  # noqa: BLE001 - nothing may return into the parent's loop
            os._exit(1)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in (signal.SIGALRM, signal.SIGXCPU):
            return {"timed_out": limits.work_seconds}
        return {"crashed": signal.Signals(number).name}
    try:
        answer = json.loads(_untrusted_bytes(answer_file))
        if not isinstance(answer, dict):
            raise TypeError
        return answer
    except (OSError, ValueError, TypeError, RecursionError):
        return {"crashed": f"exit {os.WEXITSTATUS(status)}"}
    finally:
        with contextlib.suppress(OSError):
            answer_file.unlink()


def _untrusted_bytes(file: Path) -> bytes:
    """What a fork left behind, if it is a plain file of bearable size: a pipe would hold this process up for ever.

    Raises:
        OSError: it is not there, or a link.
        ValueError: it is something else, or larger than any answer.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as content:  # noqa: PTH123 - of a descriptor, so that it is the file that was checked
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_ANSWER_BYTES:
            raise ValueError("no answer")
        return content.read(MOST_ANSWER_BYTES)


def _bound(limits: config.Limits) -> None:
    """Limits that the kernel keeps, whatever the parser does."""
    seconds = int(limits.work_seconds)
    resource.setrlimit(resource.RLIMIT_AS, (limits.child_memory, limits.child_memory))
    # A second between the two: at the hard limit the kernel sends SIGKILL, which would read as a crash.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_BYTES, _MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The default action ends the process even while C code keeps the interpreter busy.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)


def _die_with_parent() -> None:
    """No orphans: the kernel kills this process when its parent dies, also by kill -9."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _send(lines: Any, answer: dict[str, Any]) -> None:
    lines.write(json.dumps(answer) + "\n")
    lines.flush()


if __name__ == "__main__":
    main()
