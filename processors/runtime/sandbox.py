"""The walls around a child that parses bytes from outside: bubblewrap, where this machine has it.

Inside there is no network, no other process to be seen, and of the disk a view that cannot be written, except for
the slot's own scratch folder and a small folder for temporary files. What a parser that was taken over must not
even read is not there: the installation's home (ledger, logs, other slots), everybody's temporary files, and the
files that hold credentials. Inside of the walls each document's fork puts on a fence (`fence.py`), which leaves it
less. The limits on memory, time and files are the child's own (`bounds.py`, `watching.py`) and need no walls.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from processors.config import PACKAGE, Settings
from processors.runtime import view

_PROGRAM = "bwrap"
#: Namespaces of its own, and an end with whoever started it.
_WALLS = (
    "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/",
    "--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc",
)  # fmt: skip
#: Bytes of temporary files; they lie in memory.
_TEMPORARY = 256 * 1024 * 1024
#: Walls without anything hidden: to try whether they stand.
PLAIN = (_PROGRAM, *_WALLS)


@cache
def works() -> bool:
    """Whether bubblewrap is there and may make namespaces; containers often forbid it."""
    if shutil.which(_PROGRAM) is None:
        return False
    tried = subprocess.run([*PLAIN, "true"], capture_output=True, check=False, timeout=20)
    return tried.returncode == 0


def around(
    command: Sequence[str], settings: Settings, scratch: Path, environment: Mapping[str, str]
) -> tuple[str, ...]:
    """The command with walls around it.

    Args:
        command: what runs inside
        settings: name the folders that must be seen inside
        scratch: the one folder that can be written
        environment: of the worker; its variables that name files with credentials tell what to hide
    """
    secrets = view.secrets(environment)
    return (
        _PROGRAM,
        *_WALLS,
        # In this order: the home may lie in the checkout, and the checkout among the temporary files.
        *_hiding(Path(tempfile.gettempdir()).resolve(), settings),
        *_hiding(settings.home.resolve(), settings),
        *(word for file in secrets for word in ("--ro-bind", "/dev/null", str(file))),
        *("--bind", str(scratch), str(scratch)),
        # Also the empty folder in the home's place: it lies in memory, and would be a way to eat it.
        *(("--remount-ro", str(settings.home.resolve())) if settings.home.is_dir() else ()),
        *("--chdir", str(Path.cwd())),
        "--",
        *command,
    )


def _hiding(folder: Path, settings: Settings) -> Iterator[str]:
    """Words that put an empty folder in the place of this one, and into it what the child needs of it."""
    if not folder.is_dir():
        return
    yield from ("--size", str(_TEMPORARY), "--tmpfs", str(folder))
    for path in _needed(settings):
        if path.is_relative_to(folder):
            yield from ("--ro-bind", str(path), str(path))


def _needed(settings: Settings) -> list[Path]:
    """What the child reads: programs, code, models and settings."""
    needed = {path.resolve() for path in (PACKAGE.parent, Path.cwd())}
    return sorted(needed.union(view.programs_and_models(settings)))
