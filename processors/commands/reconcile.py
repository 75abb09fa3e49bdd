"""`chancery reconcile`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from processors.batch.reconcile import Told, Wishes, reconcile
from processors.batch.report import Inbox, Report
from processors.commands import surroundings
from processors.commands.batch_doors import batch_doors
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import age, cell, counted, err, line, out
from processors.record.facts import utc_now

#: Versions between two words about how far we are.
_WORD_EVERY = 10_000

_SECONDS = "SECONDS"


def run(
    agency: Annotated[list[str] | None, typer.Option(help="Only this agency's inbox; may be repeated.")] = None,
    grace: Annotated[int, typer.Option(help="What is younger is on its way.", min=0, metavar=_SECONDS)] = 60,
    patience: Annotated[
        int, typer.Option(help="What was without news for so long stands still.", min=0, metavar=_SECONDS)
    ] = 900,
    full: Annotated[
        bool, typer.Option(help="Do not rely on earlier comparisons (done daily in any case).")
    ] = False,
    mend: Annotated[bool, typer.Option(help="Put missing notification rules and versioning right.")] = False,
    resume: Annotated[
        bool, typer.Option(help="Put on their way again what stands still and no topic will bring on.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; announce and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    wishes = Wishes(
        grace=timedelta(seconds=grace),
        patience=timedelta(seconds=patience),
        whole=full,
        mend=mend,
        resume=resume,
        dry_run=dry_run,
    )
    with surroundings.around() as at:
        doors = batch_doors(at)
        there = doors.inboxes.agencies()
        wanted = agency_names(agency or ()) or tuple(sorted({*there, *at.settings.agencies}))
        if unknown := [name for name in wanted if name not in {*there, *at.settings.agencies}]:
            raise CommandError(Exit.NOT_FOUND, f"There is no agency {unknown[0]!r} here: it has no inbox.")
        report = reconcile(doors, wanted, wishes, _teller())
    if as_json:
        line(report.as_json(utc_now()))
    else:
        _print(report, utc_now(), dry_run=dry_run)
    if report.found:
        raise typer.Exit(int(Exit.FOUND))


def _teller() -> Told:
    """Says on standard error how far we are, so that a long listing is seen to move."""
    last: dict[str, int] = {}
    console = err()

    def tell(agency: str, found: Inbox) -> None:
        if found.seen - last.get(agency, 0) >= _WORD_EVERY:
            last[agency] = found.seen
            console.print(f"{agency}: {counted(found.seen, 'version')} so far, {found.missing:,} missing")

    return tell


def _print(report: Report, now: datetime, *, dry_run: bool) -> None:
    console = out()
    console.print(_inboxes(report))
    for agency, found in report.inboxes.items():
        if found.mended:
            console.print(cell(f"{agency}: the inbox was put right and announces what lands."))
        for fault in found.faults:
            console.print(cell(f"{agency}: {fault}; `chancery reconcile --mend` puts it right.", style="yellow"))
    if report.still:
        console.print()
        console.print(_still(report, now))
        for why in dict.fromkeys(one.why for one in report.still):
            console.print(cell(f"{why}: {why.meaning}"), style="dim")
    if report.decided:
        console.print(f"{counted(len(report.decided), 'decided review')} sent that a console had left behind.")
    if report.more_still:
        console.print("More documents stand still than are shown; run it again when these are gone.")
    console.print(_summary(report, dry_run=dry_run))


def _inboxes(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("agency")
    columns: Sequence[tuple[str, Callable[[Inbox], int]]] = (
        ("versions", lambda found: found.seen),
        ("known", lambda found: found.known + found.proven),
        ("young", lambda found: found.young),
        ("announced", lambda found: found.announced),
        ("taken in", lambda found: found.taken_in),
        ("missing", lambda found: found.missing),
        ("re-emitted", lambda found: found.re_emitted),
    )
    for title, _ in columns:
        table.add_column(title, justify="right")
    for agency, found in report.inboxes.items():
        table.add_row(cell(agency), *(cell(f"{count(found):,}") for _, count in columns))
    return table


def _still(report: Report, now: datetime) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("agency", "stage", "stands still", "documents", "resumed", "oldest"):
        table.add_column(title, justify="right" if title in ("documents", "resumed", "oldest") else "left")
    for agency, stage, why, many, resumed, oldest in report.by_stage():
        table.add_row(*map(cell, (agency, stage, why.value, f"{many:,}", f"{resumed:,}", age(oldest, now))))
    return table


def _summary(report: Report, *, dry_run: bool) -> str:
    missing = sum(found.missing for found in report.inboxes.values())
    if not report.found:
        return "Nothing is missing, and nothing stands still for want of a record."
    if dry_run:
        return f"{counted(missing, 'version')} missing. Nothing was changed."
    resumed = sum(one.resumed for one in report.still)
    return f"{counted(missing, 'version')} missing and announced again, {counted(resumed, 'document')} resumed."
