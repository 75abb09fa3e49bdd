"""What the audit commands share: the shelf that is asked for, keys, and a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from processors.audit import keys
from processors.audit.folder import Folder
from processors.audit.shelf import CHAINS, Shelf
from processors.audit.tip import AuditChainBrokenError, tip_of
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import err
from processors.commands.surroundings import reached
from processors.config import Settings

#: A bar is moved after so many records: more often costs more than checking them.
_STEP = 1_000


def bucket() -> tuple[Shelf, Settings]:
    """The bucket of the running installation.

    Raises:
        CommandError: no stack runs, and no servers are named.
    """
    from processors.adapters.audit_bucket import AuditBucket  # noqa: PLC0415 - a folder needs no client

    settings, _ = reached()
    return AuditBucket(settings), settings


def folder(path: Path) -> Shelf:
    """An exported chain.

    Raises:
        CommandError: there is none.
    """
    if not (path / CHAINS).is_dir():
        raise CommandError(
            Exit.NOT_FOUND, f"{path} holds no exported audit chain: there is no folder {CHAINS} in it."
        )
    return Folder(path)


def public_keys(paths: Sequence[Path]) -> list[Ed25519PublicKey]:
    """The keys in these files.

    Raises:
        CommandError: one cannot be read.
    """
    try:
        return [keys.load_public(path) for path in paths]
    except keys.KeyUnusableError as error:
        raise CommandError(Exit.BAD_SETTING, str(error)) from None


@contextmanager
def counting(what: str, shelf: Shelf, *, whole: bool = True) -> Iterator[Callable[[], None]]:
    """A bar on standard error that moves with each record that is read; how far is known where all are."""
    total = 0
    for chain in shelf.folders(CHAINS) if whole else ():
        try:
            total += tip_of(shelf, chain).sequence
        except AuditChainBrokenError:
            total = 0  # the bar then only tells that something moves; what is wrong is told by what reads the chain
            break
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,} records"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=err()) as progress:
        task = progress.add_task(what, total=total or None)
        seen = 0

        def tell() -> None:
            nonlocal seen
            seen += 1
            if seen % _STEP == 0 or seen == total:
                progress.update(task, completed=seen)

        yield tell
