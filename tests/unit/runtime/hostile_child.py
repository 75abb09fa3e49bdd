"""A child process whose stage does what the name of the document says: `python -m …hostile_child STAGE FD`."""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from processors import config
from processors.config import Settings
from processors.errors import StageFailed
from processors.runtime import bounds, child, silence, watching
from processors.stage import Artefact, Done, Outcome, Work
from tests.unit.runtime import attempts
from tests.unit.runtime.makers import read

MEBIBYTE = 1024 * 1024
#: Keeps memory from being let go.
held: list[bytes] = []


def good(work: Work) -> Outcome:
    return read(work)


def raises(work: Work) -> Outcome:
    raise ValueError("private")


def chatters(work: Work) -> Outcome:
    """Says what stands in the document in every way that a library has, and raises an error that quotes it."""
    os.write(1, b"private word on 1\n")
    os.write(2, b"private word on 2\n")
    sys.stderr.write("private word of Python\n")
    warnings.warn("private warning", stacklevel=1)
    logging.getLogger("some.library").error("private line of a log")
    ctypes.CDLL(None).perror(b"private word of C")
    raise ValueError("private")


def segfaults(work: Work) -> Outcome:
    ctypes.string_at(0)
    return read(work)


def exits(work: Work) -> Outcome:
    os._exit(0)


def leaves(work: Work) -> Outcome:
    raise SystemExit(3)


def aborts(work: Work) -> Outcome:
    os.abort()


def eats_memory(work: Work) -> Outcome:
    # More than the bound on the address space, less than any machine would mind: it is never touched.
    bytearray(8 * 1024**3)
    return read(work)


def claims_memory(work: Work) -> Outcome:
    """More than the bound; none of it is touched."""
    (ctypes.c_char * (1536 * MEBIBYTE))()
    return read(work)


def loops(work: Work) -> Outcome:
    (work.scratch / "pid").write_text(str(os.getpid()))
    while True:
        pass


def computes(work: Work) -> Outcome:
    began = time.process_time()
    while time.process_time() - began < 0.7:
        pass
    return read(work)


def loops_in_c(work: Work) -> Outcome:
    sum(range(10**15))
    return read(work)


def sleeps_deaf(work: Work) -> Outcome:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    threading.Event().wait()
    return read(work)


def answers_garbage(work: Work) -> Outcome:
    (work.scratch / ".answer.json").write_text("{]")
    os._exit(0)


def answers_nonsense(work: Work) -> Outcome:
    (work.scratch / ".answer.json").write_text('["outcome"]')
    os._exit(0)


def answers_with_a_pipe(work: Work) -> Outcome:
    os.mkfifo(work.scratch / ".answer.json")
    os._exit(0)


def answers_with_a_link(work: Work) -> Outcome:
    (work.scratch / "good").write_text('{"failed": "stage_failed"}')
    (work.scratch / ".answer.json").symlink_to("good")
    os._exit(0)


def answers_without_end(work: Work) -> Outcome:
    with (work.scratch / ".answer.json").open("wb") as answer:
        answer.truncate(70 * MEBIBYTE)
    os._exit(0)


def answers_another_shape(work: Work) -> Outcome:
    (work.scratch / ".answer.json").write_text('{"outcome": {"rejected": "no_such"}}')
    os._exit(0)


def _with_path(path: Path) -> Outcome:
    return Done(artefacts=(Artefact("pages.jsonl", "pages", path, "text/plain"),))


def names_a_file_outside(work: Work) -> Outcome:
    return _with_path(Path("/etc/hostname"))


def names_a_link(work: Work) -> Outcome:
    (work.scratch / "link").symlink_to("/etc/hostname")
    return _with_path(work.scratch / "link")


def answers_for_others(work: Work) -> Outcome:
    """Writes an answer on every descriptor that it finds, as a parser that was taken over could."""
    for descriptor in range(3, 100):
        with suppress(OSError):
            os.write(descriptor, b'{"failed": "forged", "detail": "forged"}\n')
    return read(work)


def looks_around(work: Work) -> Outcome:
    """Tries what a parser that was taken over would, and writes down what came through."""
    wishes = json.loads((work.scratch / "wishes.json").read_text())
    (work.scratch / "came.json").write_text(json.dumps(attempts.that_come_through(wishes)))
    return read(work)


def tells_what_it_has(work: Work) -> Outcome:
    """Its environment and its descriptors."""
    opened = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the look itself
            opened += [str(one.readlink())] if int(one.name) > 2 else []
    (work.scratch / "has.json").write_text(json.dumps({"environment": dict(os.environ), "opened": opened}))
    return read(work)


#: Long enough for several looks of whoever watches.
_STAYS = 2.0


def _in_forks(count: int, does: Callable[[], object]) -> None:
    """Does something in many processes; all of them stay until the last has done it, and some seconds longer."""
    ready, done = os.pipe()
    forks = []
    for _ in range(count):
        forks.append(os.fork())
        if forks[-1] == 0:
            with suppress(MemoryError):
                does()
            os.write(done, b"x")
            threading.Event().wait()
    for _ in range(count):
        os.read(ready, 1)
    time.sleep(_STAYS)
    for fork in forks:
        os.kill(fork, signal.SIGKILL)


def forks_like_mad(work: Work) -> Outcome:
    _in_forks(100, lambda: None)
    return read(work)


def eats_memory_in_many(work: Work) -> Outcome:
    # Each far below the bound on one process.
    _in_forks(8, lambda: held.append(b"x" * 150 * MEBIBYTE))
    return read(work)


def fills_the_disk(work: Work) -> Outcome:
    for number in range(3):
        (work.scratch / f"{number}").write_bytes(bytes(30 * MEBIBYTE))
    time.sleep(_STAYS)
    return read(work)


def fills_the_disk_with_names(work: Work) -> Outcome:
    for number in range(1500):
        (work.scratch / f"{number}").touch()
    time.sleep(_STAYS)
    return read(work)


def switches_its_alarm_off(work: Work) -> Outcome:
    signal.alarm(0)
    time.sleep(4)
    return read(work)


def leaves_something_behind(work: Work) -> Outcome:
    told, tell = os.pipe()
    if os.fork() == 0:
        with suppress(PermissionError):
            os.setsid()
        (work.scratch / "left").write_text(str(os.getpid()))
        os.write(tell, b"x")
        time.sleep(20)
        os._exit(0)
    os.read(told, 1)  # or the group is ended before it was left
    return read(work)


def reads_a_page(work: Work) -> Outcome:
    """What an honest stage does with the machine: threads, files, a program."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: (work.scratch / f"{number}").write_text("x"), range(8)))
    subprocess.run(["/bin/true"], check=True)
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    return read(work)


DOES: dict[str, Callable[[Work], Outcome]] = {
    name: does
    for name, does in list(globals().items())
    if callable(does) and getattr(does, "__module__", "") == __name__
}


class Hostile:
    def process(self, work: Work) -> Outcome:
        return DOES[work.event.data.document.original.key](work)


def build(settings: Settings) -> Hostile:
    """Refuses to be loaded where the settings name a model folder that says so."""
    match settings.models.name:
        case "no-language-pack":
            raise StageFailed("no language pack; install it")
        case "no-memory":
            raise MemoryError
        case "of-another-version":
            raise ValueError("head.json is of format 2")
    return Hostile()


def _with_small_limits(settings: Settings) -> Settings:
    """So that a test reaches them without harm to the machine."""
    memory, disk = 1024 * MEBIBYTE, 80 * MEBIBYTE
    limits = replace(settings.limits, child_tasks=50, child_memory=memory, scratch_files=1000, scratch_bytes=disk)
    return replace(settings, limits=limits)


def _without(guard: str) -> None:
    """Switches one guard off, by the name of the folder of models: the negative controls."""
    match guard:
        case "without-watch":
            watching._too_much = lambda *_: None
        case "without-silence":
            silence.of_all = silence.of_libraries = lambda: None
        case "without-adoption":
            bounds.adopt_orphans = lambda: None
        case "without-bounds":
            bounds.on_trusted = bounds.on_next_work = lambda *_: None


if __name__ == "__main__":
    fake = ModuleType("fake")
    fake.build = build  # type: ignore[attr-defined]
    sys.modules[f"processors.{sys.argv[1]}.stage"] = fake
    load = config.load
    _without(load().models.name)
    config.load = lambda *given: _with_small_limits(load(*given))
    child.main()
