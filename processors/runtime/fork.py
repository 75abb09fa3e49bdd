"""One document, one fork of the warm process: bounds, fence, the stage's work, and an answer in a file."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from processors.config import Limits
from processors.runtime import bounds, silence, watching
from processors.runtime.fence import Fence
from processors.runtime.outcome import MOST_ANSWER_BYTES

Answer = dict[str, Any]


def answer_of(
    work: Callable[[Answer], Answer], request: Answer, limits: Limits, worker: int, fence: Fence
) -> Answer:
    """Do the work in a fork and wait for it; a fork that dies is an answer too.

    Args:
        work: makes the answer of the request
        request: see `outcome.work_to_json`
        limits: what the document may cost
        worker: descriptor that the fork must not have
        fence: what the fork gives up
    """
    scratch = Path(request["scratch"])
    answer_file = scratch / ".answer.json"
    signal.pthread_sigmask(signal.SIG_BLOCK, watching.WAITED_FOR)
    child = os.fork()
    if child == 0:
        try:
            bounds.die_with_parent()
            # A group of its own, so that programs that it starts end with it.
            os.setpgid(0, 0)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, watching.WAITED_FOR)
            # A parser that was taken over must not answer for other documents.
            os.close(worker)
            silence.of_all()
            bounds.show_memory()
            bounds.on_fork(limits)
            fence.put_on(scratch, _inputs(request))
            answer_file.write_text(json.dumps(work(request)), encoding="utf-8")
            os._exit(0)
        except BaseException:  # noqa: BLE001 - nothing may return into the parent's loop
            os._exit(1)
    # Both set it, so that it is true whoever comes first.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(child, child)
    ended = watching.until_ended(child, scratch, limits)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, watching.WAITED_FOR)
    try:
        return _told(ended, answer_file, limits)
    finally:
        with contextlib.suppress(OSError):
            answer_file.unlink()


def _inputs(request: Answer) -> Iterator[Path]:
    """Files of this work that the fork reads."""
    named = [*request["inputs"].values(), *request["answers"].values(), request["whole"]]
    return (Path(path) for path in named if path is not None)


def _told(ended: watching.Ended, answer_file: Path, limits: Limits) -> Answer:
    if ended.stopped == "late":
        return {"timed_out": limits.work_seconds}
    if ended.stopped is not None:
        return {"crashed": ended.stopped}
    if os.WIFSIGNALED(ended.status):
        number = os.WTERMSIG(ended.status)
        if number in (signal.SIGALRM, signal.SIGXCPU):
            return {"timed_out": limits.work_seconds}
        return {"crashed": signal.Signals(number).name}
    try:
        answer = json.loads(_untrusted_bytes(answer_file))
        if not isinstance(answer, dict):
            raise TypeError
        return answer
    except (OSError, ValueError, TypeError, RecursionError):
        return {"crashed": f"exit {os.WEXITSTATUS(ended.status)}"}


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
