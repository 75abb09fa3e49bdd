"""Ledger entries as JSON and as tables: one way for every command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.table import Table

from processors.commands.exits import CommandError, Exit
from processors.commands.screen import cell, counted
from processors.errors import PipelineError
from processors.reasons import QuarantineReason, ReviewReason
from processors.record.entry import Entry, StepEntry
from processors.record.ledger import AmbiguousIdError, Ledger

#: What sorts events inside the ledger and means nothing outside.
_INTERNAL = ("state_order", "type_order")
#: Columns from which a path is shown with milliseconds, model and code.
_WIDE = 110


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry for a program."""
    fields = {name: value for name, value in vars(entry).items() if name not in _INTERNAL}
    artefacts = {role: ref.model_dump(mode="json") for role, ref in entry.artefacts.items()}
    return fields | {"original": entry.original.model_dump(mode="json"), "artefacts": artefacts}


def step_json(step: StepEntry) -> dict[str, Any]:
    """A step for a program."""
    return asdict(step)


def document_prefix(text: str) -> str:
    """The beginning of a document's id, as the user gave it.

    Raises:
        CommandError: there is nothing in it, so that it would be the beginning of every id.
    """
    if not text.strip():
        raise CommandError(Exit.USAGE, "An id is needed, or its beginning; this one is empty.")
    return text


def found(ledger: Ledger, prefix: str) -> Entry:
    """The document of this id, or of the only id that begins so.

    Raises:
        CommandError: there is none, or more than one.
    """
    try:
        entry = ledger.find(prefix)
    except AmbiguousIdError:
        raise CommandError(
            Exit.NOT_FOUND, f"Several documents' ids begin with {prefix!r}: give more of it."
        ) from None
    if entry is None:
        raise CommandError(
            Exit.NOT_FOUND, f"The ledger knows no document {prefix!r}. See `chancery status` for what there is."
        )
    return entry


def head(entry: Entry) -> Table:
    """What is known of a document, a row a fact."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    original = entry.original
    why = f" ({entry.reason})" if entry.reason else ""
    version = f" {entry.type_version}" if entry.type_version else ""
    type_ = f"{entry.type}{version}, type confidence {entry.type_confidence:.2f}" if entry.type else ""
    # Quarantine comes before the pages are counted.
    pages = f", {counted(original.pages, 'page')}" if original.pages else ""
    facts = {
        "document": entry.id,
        # Of an enclosed file the key is our own; its name is what people know it by.
        "file": original.name or f"{original.bucket}/{original.key}",
        "enclosed in": entry.parent,
        "version": original.version_id,
        "content": f"{original.media_type}{pages}, {counted(original.size, 'byte')}",
        "sha256": original.sha256,
        "same content as": entry.same_content_as,
        "agency": entry.agency,
        "run": entry.run_id if entry.run_id != "live" else "",
        "state": f"{entry.state.value}{why} at {entry.stage}, since {entry.since:%Y-%m-%d %H:%M:%S} UTC",
        "why": meaning(entry.reason),
        "type": type_,
    }
    for name, value in facts.items():
        if value:
            table.add_row(name, cell(value))
    return table


def meaning(code: str) -> str:
    """The sentence of a reason code, or of an error's; empty for a code that this version does not know."""
    told = {error.code: error.__doc__ or "" for error in PipelineError.__subclasses__()}
    for reason in (*QuarantineReason, *ReviewReason):
        told[str(reason)] = reason.meaning
    return told.get(code, "")


def enclosed_table(entries: Iterable[Entry]) -> Table:
    """The documents that were found inside another, a row a document."""
    table = Table(title="encloses", title_justify="left", box=None, pad_edge=False)
    for title in ("document", "file", "state"):
        table.add_column(title, no_wrap=title != "file", overflow="fold")
    for entry in entries:
        why = f" ({entry.reason})" if entry.reason else ""
        table.add_row(*map(cell, (entry.id[:12], entry.original.name, entry.state.value + why)))
    return table


def path_table(steps: Iterable[StepEntry], width: int) -> Table:
    """The path of a document, a row an event, for a screen of this width."""
    wide = width >= _WIDE
    table = Table(title="path", title_justify="left", box=None, pad_edge=False)
    for title in ("time (UTC)", "stage", "event", "engine", *(("model", "code") if wide else ())):
        table.add_column(title, no_wrap=title != "engine", overflow="fold")
    for step in steps:
        time = f"{step.at:%H:%M:%S.%f}"[:-3] if wide else f"{step.at:%H:%M:%S}"
        event = step.event_type.removeprefix("chancery.")
        row = (time, step.stage, event, step.engine)
        table.add_row(*map(cell, (*row, step.model_digest[:12], step.code_version) if wide else row))
    return table
