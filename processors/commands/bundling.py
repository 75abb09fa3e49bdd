"""What the bundle commands share: options, the checkout that is meant, errors, and a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from processors.audit.keys import KeyUnusableError
from processors.bundle import checkout
from processors.bundle.errors import BundleError
from processors.bundle.listing import Site
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import counted, err

#: so many names of things that were left out are told, of more only how many there are
_NAMED = 4

CheckoutOption = Annotated[
    Path | None, typer.Option("--checkout", help="Chancery's sources. Default: this folder.", metavar="DIR")
]
SiteOption = Annotated[
    list[Path] | None,
    typer.Option("--site", help="Values of the chart for the site; several in Helm's order.", metavar="FILE"),
]
ExtraOption = Annotated[
    list[str] | None,
    typer.Option("--extra", help="Extra of pyproject.toml for machines without a cluster: console, airflow, …"),
]


@contextmanager
def refusals() -> Iterator[None]:
    """Errors of packing as those of the command line."""
    try:
        yield
    except BundleError as error:
        raise CommandError(Exit.FAILED, str(error)) from None
    except KeyUnusableError as error:
        raise CommandError(Exit.BAD_SETTING, str(error)) from None


def sources(named: Path | None) -> checkout.Checkout:
    """The checkout that is meant."""
    return checkout.find(named or Path.cwd())


def whom(files: Sequence[Path] | None, extras: Sequence[str] | None) -> Site:
    """For whom a bundle is."""
    return Site(tuple(files or ()), tuple(sorted(set(extras or ()))))


def by_part(left_out: Iterable[tuple[str, str]]) -> str:
    """What was left out, part by part; names where they are few."""
    parts: dict[str, list[str]] = {}
    for part, name in left_out:
        parts.setdefault(part, []).append(name)
    return "; ".join(
        f"{part} ({', '.join(names) if len(names) <= _NAMED else counted(len(names), 'thing')})"
        for part, names in parts.items()
    )


@contextmanager
def bytes_bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that moves with bytes; without a total it tells how many there were."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.update(task, advance=count)
