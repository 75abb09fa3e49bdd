"""How far a parser can be shut in on this machine: three levels, found out by trying them, not by reading versions.

`docs/sandbox.md` says what each of them stops. `python -m processors.runtime.levels` tells what this machine can
do, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from enum import IntEnum
from functools import cache

from processors.config import PACKAGE, Settings
from processors.runtime import sandbox, seccomp

_TRIAL = "processors.runtime.trial"
_PATIENCE = 20.0


class Level(IntEnum):
    """From the weakest to the strongest; each holds what those before it hold."""

    #: bounds on memory, time, files and processes, and an end with the document: on every Linux
    LIMITS = 0
    #: a filter of system calls, and of the files only those that are named (seccomp and Landlock)
    FENCE = 1
    #: namespaces of its own: no network, no other processes (bubblewrap)
    WALLS = 2

    @property
    def word(self) -> str:
        """As logs and `doctor` call it."""
        return self.name.lower()


@dataclass(frozen=True)
class Found:
    """What a machine can do. Whatever is there is used; the level is what may be relied on."""

    #: bubblewrap may make namespaces
    namespaces: bool
    #: filters of system calls hold
    filter: bool
    #: version of the kernel's Landlock, if it holds; 0 = none
    landlock: int

    @property
    def level(self) -> Level:
        """The strongest that is complete."""
        if self.namespaces and self.filter:
            return Level.WALLS
        return Level.FENCE if self.filter and self.landlock else Level.LIMITS

    @property
    def lacking(self) -> str:
        """What keeps it from the highest level, in words."""
        lacks = [] if self.namespaces else ["bubblewrap is missing or may not make namespaces"]
        if not self.filter:
            told = "the kernel takes no filter of system calls" if seccomp.works() else "libseccomp is missing"
            lacks.append(told)
        return ", ".join(lacks)

    def __str__(self) -> str:
        there = [
            word
            for word, has in (
                ("bubblewrap", self.namespaces),
                ("seccomp", self.filter),
                (f"Landlock {self.landlock}", self.landlock),
            )
            if has
        ]
        return f"{self.level.word} ({', '.join(there) or 'nothing'})"


#: A machine of which nothing is used.
NOTHING = Found(namespaces=False, filter=False, landlock=0)


@cache
def found() -> Found:
    """What this machine can do, tried inside the walls where it has them; some 0.1 s of processor."""
    walled = sandbox.works()
    command: tuple[str, ...] = (sys.executable, "-m", _TRIAL)
    if walled:
        command = (*sandbox.PLAIN, "--chdir", str(PACKAGE.parent), *command)
    try:
        done = subprocess.run(
            command, cwd=PACKAGE.parent, capture_output=True, check=True, timeout=_PATIENCE, env={}
        )
        said = json.loads(done.stdout)
        return Found(walled, bool(said["filter"]), int(said["landlock"]))
    except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError):
        return Found(walled, filter=False, landlock=0)


def used(settings: Settings, machine: Found, *, untrusted: bool) -> Found:
    """What of it a stage uses.

    Raises:
        ValueError: more is wanted than the machine can do.
    """
    if not untrusted or settings.sandbox == "off":
        return NOTHING
    if settings.sandbox == "on" and machine.level < Level.WALLS:
        raise ValueError(machine.lacking)
    return machine


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(found())) + "\n")
