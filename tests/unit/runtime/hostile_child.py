"""A child process whose stage does what the name of the document says: `python -m …hostile_child STAGE FD`."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from processors.config import Settings
from processors.errors import StageFailed
from processors.runtime import child
from processors.stage import Artefact, Done, Outcome, Work
from tests.unit.runtime.makers import read


def good(work: Work) -> Outcome:
    return read(work)


def raises(work: Work) -> Outcome:
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


def loops(work: Work) -> Outcome:
    (work.scratch / "pid").write_text(str(os.getpid()))
    while True:
        pass


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
        answer.truncate(1024**3)
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
    """Tries what a parser that was taken over would, and writes down how far it came."""
    wishes = json.loads((work.scratch / "wishes.json").read_text())
    came: dict[str, bool] = {}
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", wishes["port"]), 1).close()
        came["network"] = True
    for name in ("home", "temporary", "secret"):
        with suppress(OSError):
            came[name] = bool(Path(wishes[name]).read_text())
    with suppress(OSError):
        (Path(wishes["home"]).parent / "planted").write_text("x")
        came["write"] = True
    came["processes"] = Path(f"/proc/{wishes['pid']}").exists()
    (work.scratch / "came.json").write_text(json.dumps([name for name in came if came[name]]))
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


if __name__ == "__main__":
    fake = ModuleType("fake")
    fake.build = build  # type: ignore[attr-defined]
    sys.modules[f"processors.{sys.argv[1]}.stage"] = fake
    child.main()
