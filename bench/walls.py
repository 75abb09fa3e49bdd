"""What the sandbox costs: CPU of a document at each level, side by side: `python -m bench.walls [ROUNDS]`.

One small document is given to the real stage at each level in turn, round after round, so that a machine that gets
slower does so for all of them. Counted is the CPU of the worker's side and of the child with its forks and its
watching. `bare` is the stage in the process itself, without child and fork: what a level costs is what is above it.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench import cpu
from bench.machine import machine
from bench.ocr.ours import Ours
from processors import config
from processors.ocr import stage
from processors.runtime import levels
from processors.runtime.levels import Found, Level
from processors.runtime.workbench import InProcess

#: A page with a text layer costs the least, so that the sandbox is the largest part of it.
_DOCUMENT = Path(__file__).parents[1] / "samples" / "fcc-invoice.pdf"
_PAGES = 1
_ROUNDS = 20
#: Documents in a row, between two readings of the kernel's clock, whose grain is 0.01 s.
_IN_A_ROW = 5
_SHOWN = "{:<8} {:>10} {:>12} {:>12}\n"


@dataclass(frozen=True)
class Side:
    """The stage at one level, and its processes."""

    name: str
    reader: Ours
    #: the child; None where there is none
    child: int | None


def main() -> None:
    """Measure and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else _ROUNDS
    here = levels.found()
    about = machine()
    with tempfile.TemporaryDirectory() as home, _sides(Path(home), here) as sides:
        seconds = {side.name: 0.0 for side in sides}
        for side in sides:
            side.reader.read(_DOCUMENT, _PAGES)  # the first is never like the others
        for _ in range(rounds):
            for side in sides:
                seconds[side.name] += _spent(side, partial(side.reader.read, _DOCUMENT, _PAGES))
    count = rounds * _IN_A_ROW
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in about.items()))
    sys.stdout.write(f"this machine: {here}; {count} documents of {_PAGES} page at each level\n\n")
    sys.stdout.write(_SHOWN.format("level", "CPU ms", "above bare", "of limits"))
    each = {name: total / count * 1000 for name, total in seconds.items()}
    for name, spent in each.items():
        row = (f"{spent:.1f}", f"{spent - each['bare']:+.1f} ms", f"{spent / each['limits']:.2f}")
        sys.stdout.write(_SHOWN.format(name, *row))


def _spent(side: Side, read: Callable[[], object]) -> float:
    """CPU seconds of some documents in a row."""
    parts = () if side.child is None else (cpu.Part("child", side.child),)
    before, ours = cpu.read(parts), _own()
    for _ in range(_IN_A_ROW):
        read()
    return _own() - ours + sum(cpu.spent(before, cpu.read(parts)).values())


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def _sides(home: Path, here: Found) -> Iterator[list[Side]]:
    """The levels that this machine has, the weakest first."""
    can = {
        Level.LIMITS: levels.NOTHING,
        Level.FENCE: replace(here, namespaces=False),
        Level.WALLS: here,
    }
    sides = [_bare(home)]
    try:
        for level, found in can.items():
            if found.level is level:
                sides.append(_at(level, found, home))
        yield sides
    finally:
        for side in sides:
            side.reader.stop()


def _bare(home: Path) -> Side:
    reader = Ours("bare", home / "bare", ("eng",), CHANCERY_SANDBOX="off")
    settings = config.load({"CHANCERY_HOME": str(home / "bare"), "CHANCERY_LANGUAGES": "eng"})
    reader.workbench = InProcess(stage.build(settings))
    return Side("bare", reader, None)


def _at(level: Level, found: Found, home: Path) -> Side:
    real = levels.found
    levels.found = lambda: found  # type: ignore[assignment]
    try:
        reader = Ours(level.word, home / level.word, ("eng",), CHANCERY_SANDBOX="auto")
    finally:
        levels.found = real
    reader.start()
    return Side(level.word, reader, reader.child_pid)


if __name__ == "__main__":
    main()
