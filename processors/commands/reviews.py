"""`chancery reviews`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors import document_types
from processors.batch.reviews import sending
from processors.batch.reviews.answers import read_answer
from processors.batch.reviews.cases import open_case, pages_of
from processors.batch.reviews.deciding import decide_on_record
from processors.batch.reviews.errors import ReviewError
from processors.commands import batch_doors, reviews_answer, reviews_tables, set_aside, surroundings
from processors.commands.describing import document_prefix, found
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import cell, counted, line, out
from processors.record.facts import utc_now
from processors.record.review_work import ReviewWork

Many = list[str] | None
#: A decision about a document with thousands of list entries.
_MOST_FILE = 4 * 1024 * 1024

run = set_aside.group("List, show and decide the documents that wait for a person.")


@run.command("list", help="List what waits, the oldest first.")
def listed(
    agency: set_aside.Agency = "",
    kind: Annotated[str, typer.Option("--type", help="Only this document type.")] = "",
    reason: Annotated[
        str, typer.Option(help="Only what a person is asked for, first of all, for this reason.")
    ] = "",
    limit: set_aside.Limit = 100,
    as_json: set_aside.AsJson = False,
) -> None:
    """A row a review."""
    agency_names((agency,) if agency else ())
    with surroundings.around() as at:
        waiting = ReviewWork(at.ledger.engine).waiting(
            agencies=(agency,) if agency else (),
            types=(kind,) if kind else (),
            reasons=(reason,) if reason else (),
            limit=limit,
        )
    reviews_tables.listed(waiting, as_json=as_json)


@run.command("show", help="Show what was read, with its evidence, and why a person is asked.")
def show(
    document: set_aside.Id,
    words: Annotated[
        bool, typer.Option("--words", help="Also the words of the pages, each with its number.")
    ] = False,
    as_json: set_aside.AsJson = False,
) -> None:
    """One review. It holds values of the document."""
    document_prefix(document)
    with surroundings.around() as at:
        doors = batch_doors.batch_doors(at)
        try:
            case = open_case(doors, document_types.load(at.settings.document_types), found(at.ledger, document).id)
            numbers = range(1, case.document.original.pages + 1) if words else ()
            pages = pages_of(doors, case, numbers) if words else {}
        except ReviewError as error:
            raise CommandError(Exit.NOT_FOUND, str(error)) from error
    reviews_tables.shown(case, pages, as_json=as_json)


@run.command(
    "decide", help="Correct and release the values, tell another type, cut a packet, or set the document aside."
)
def decided(
    document: set_aside.Id,
    by: set_aside.By,
    values: Annotated[
        Many, typer.Option("--set", help="PATH=TEXT, PATH@PAGE:WORDS or both; may be repeated.", metavar="VALUE")
    ] = None,
    absent: Annotated[
        Many, typer.Option(help="The document has no such value; may be repeated.", metavar="PATH")
    ] = None,
    accept: Annotated[
        Many, typer.Option(help="The document itself breaks this rule; may be repeated.", metavar="RULE")
    ] = None,
    kind: Annotated[str, typer.Option("--type", help="The right type; the values are read anew.")] = "",
    aside: Annotated[
        str, typer.Option("--set-aside", help="not_wanted, illegible or incomplete.", metavar="REASON")
    ] = "",
    cut: Annotated[
        list[int] | None,
        typer.Option(help="A further document begins with this page; may be repeated.", metavar="PAGE"),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="The decision as JSON, see docs/reviews.md.", exists=True, dir_okay=False)
    ] = None,
    as_json: set_aside.AsJson = False,
) -> None:
    """One document, in a run of its own."""
    document_prefix(document)
    person = set_aside.name_of(by)
    try:
        if file is not None and (values or absent or accept or kind or aside or cut):
            raise ReviewError("Say it in the file or on the command line, not in both.")
        if file is not None and file.stat().st_size > _MOST_FILE:
            raise ReviewError(f"{file.name} is larger than a decision may be ({_MOST_FILE} bytes).")
        answer = (
            read_answer(file.read_bytes())
            if file is not None
            else reviews_answer.of(values or (), absent or (), accept or (), kind, aside, cut or ())
        )
    except ReviewError as error:
        raise CommandError(Exit.USAGE, str(error)) from error
    with surroundings.around() as at:
        doors, types = batch_doors.batch_doors(at), document_types.load(at.settings.document_types)
        try:
            case = open_case(doors, types, found(at.ledger, document).id)
            came = decide_on_record(
                doors,
                at.acts,
                types,
                case,
                answer,
                by=person,
                now=utc_now(),
                share=at.settings.second_look,
                limits=at.settings.limits,
            )
        except ReviewError as error:
            raise CommandError(Exit.FAILED, str(error)) from error
    if as_json:
        line(vars(came))
    elif came.sent:
        out().print(cell(f"{came.document}: decided by {came.by}; it goes on as run {came.run}."))
    else:
        out().print(cell(f"{came.document}: kept; another person must look before anything is released."))


@run.command("mend", help="Send what was decided and not sent, as after a crash between the two.")
def mend(
    agency: set_aside.Agency = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="Look at every review, not only at those taken once.")
    ] = False,
    as_json: set_aside.AsJson = False,
) -> None:
    """May be run at any time; `chancery reconcile` does it as well."""
    agency_names((agency,) if agency else ())
    with surroundings.around() as at:
        sent = list(sending.mend(batch_doors.batch_doors(at), (agency,) if agency else (), whole=whole))
    if as_json:
        line({"sent": sent})
    else:
        out().print(cell(f"{counted(len(sent), 'decision')} sent."))
