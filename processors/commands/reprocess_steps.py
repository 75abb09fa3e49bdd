"""The long steps of `chancery reprocess`, with bars that move."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from processors.batch.doors import Doors
from processors.batch.reprocess import emitting, releasing
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest
from processors.batch.reprocess.pace import Pace
from processors.batch.reprocess.progress import progress
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import err

#: Seconds between two looks at the ledger.
_PERIOD = 0.5

Moved = Callable[[int], None]


@contextmanager
def told() -> Iterator[None]:
    """What keeps a reprocessing from going on ends the command with its sentence."""
    try:
        yield
    except ReprocessError as error:
        raise CommandError(Exit.FAILED, str(error)) from error


@contextmanager
def bar(what: str, whole: int) -> Iterator[Moved]:
    """A bar on standard error; moved by being told how many are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err()) as shown:
        task = shown.add_task(what, total=whole)
        yield lambda done: shown.update(task, completed=done)


def emit(doors: Doors, manifest: Manifest, rate: float) -> None:
    """Send all lists, one after the other."""
    pace, before = Pace(rate), 0
    with bar("sent", manifest.documents) as moved:
        for chunk in manifest.chunks:
            emitting.emit(doors, manifest, chunk, pace, _from(moved, before))
            before += chunk.documents
            moved(before)


def wait(doors: Doors, manifest: Manifest, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until every document that was sent has an end."""
    with bar("ended", manifest.documents) as moved:
        while not (found := progress(doors, manifest)).finished:
            moved(found.ended + found.left_out)
            sleep(_PERIOD)
        moved(manifest.documents)


def release(doors: Doors, manifest: Manifest, rate: float) -> tuple[int, int]:
    """Publish all lists, one after the other; how many documents there are, and how many were left as they are."""
    pace, before, left_out = Pace(rate), 0, 0
    with bar("published", manifest.documents) as moved:
        for chunk in manifest.chunks:
            left_out += releasing.release(doors, manifest, chunk, pace, _from(moved, before)).left_out
            before += chunk.documents
            moved(before)
    return before, left_out


def _from(moved: Moved, before: int) -> Moved:
    return lambda done: moved(before + done)
