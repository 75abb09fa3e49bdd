"""`chancery trace`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from processors import config
from processors.commands.describing import document_prefix
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import line, out
from processors.commands.trace_table import way_table
from processors.telemetry.trace_ids import trace_of
from processors.telemetry.waterfall.ordering import way_of
from processors.telemetry.waterfall.page import page
from processors.telemetry.waterfall.picture import svg
from processors.telemetry.waterfall.reading import NoTraceError, spans_of
from processors.telemetry.waterfall.way import Way, as_json


def run(
    document: Annotated[str, typer.Argument(help="A document's id, or its beginning.", metavar="ID")],
    run_: Annotated[str | None, typer.Option("--run", help="Only this run, such as live.", metavar="RUN")] = None,
    identity: Annotated[
        bool, typer.Option("--id", help="Print the id of the run's trace, wherever it is kept; of a whole ID.")
    ] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with the waterfall.", dir_okay=False)] = None,
    picture: Annotated[
        Path | None, typer.Option("--svg", help="Write the waterfall alone, as SVG.", dir_okay=False)
    ] = None,
) -> None:
    """See `processors.cli.COMMANDS`."""
    if identity:
        typer.echo(_identity(document, run_ or "live"))
        return
    way = _way(document_prefix(document), run_)
    for file, text in ((html, page), (picture, svg)):
        if file is not None:
            _write(file, text(way))
    if as_json_:
        line(as_json(way))
    elif html is None and picture is None:
        console = out()
        console.print(way_table(way, console))


def _identity(document: str, run_: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{32}", document):
        raise CommandError(Exit.USAGE, "--id needs the whole id of a document: 32 digits 0 to 9 and a to f.")
    return f"{trace_of(document, run_):032x}"


def _way(prefix: str, run_: str | None) -> Way:
    settings = config.load()
    folder = settings.traces.folder or settings.home / "traces"
    try:
        found, spans = spans_of(folder, prefix)
        return way_of(found, spans, run_)
    except NoTraceError as error:
        raise CommandError(Exit.NOT_FOUND, str(error)) from None
    except KeyError:
        raise CommandError(Exit.NOT_FOUND, f"No trace of document {found} is of a run {run_!r}.") from None
    except OSError as error:
        raise CommandError(Exit.FAILED, f"{folder} cannot be read ({error.strerror}).") from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(Exit.FAILED, f"{file} cannot be written ({error.strerror}).") from None
