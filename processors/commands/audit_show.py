"""`chancery audit show`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from processors.audit.shelf import CHAINS, Shelf
from processors.audit.walking import Place, Walk
from processors.commands import auditing
from processors.commands.describing import document_prefix
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import line, out, safe


def run(
    document: Annotated[
        str | None, typer.Argument(help="A document's id, or its beginning.", metavar="[ID]")
    ] = None,
    acts: Annotated[bool, typer.Option("--acts", help="Show what people did, to whatever.")] = False,
    refusals: Annotated[bool, typer.Option("--refusals", help="Show what servers refused, and to whom.")] = False,
    folder: Annotated[
        Path | None, typer.Option("--in", help="A folder of `chancery audit export`; without it the bucket.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object a record.")] = False,
) -> None:
    """See `processors.commands.audit.COMMANDS`."""
    if (document is not None) + acts + refusals != 1:
        raise typer.BadParameter("give a document's id, or --acts, or --refusals", param_hint="ID")
    prefix = document_prefix(document) if document is not None else ""
    shelf = auditing.folder(folder) if folder is not None else auditing.bucket()[0]
    found = 0
    with auditing.counting("reading", shelf) as tell:
        for body, key in _records(shelf, tell):
            wanted = (acts and body.get("kind") == "act") or (refusals and body.get("kind") == "refusal")
            if wanted or (prefix and str(body.get("subject", "")).startswith(prefix)):
                found += 1
                _print(body, key, as_json=as_json)
    if not found:
        raise CommandError(Exit.NOT_FOUND, "The audit chain holds no such record.")


def _records(shelf: Shelf, tell: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every record that can be read, with the object that it lies in; whether it is true is for `verify` to say."""
    for chain in shelf.folders(CHAINS):
        stored = (one for one in shelf.stored(f"{CHAINS}{chain}/") if one.versions)
        places = (Place(untrusted, one.key) for one in stored for untrusted in shelf.lines(one))
        for step in Walk(chain).steps(places):
            tell()
            if step.line is not None:
                yield dict(step.line.body), step.key


def _print(body: dict[str, Any], key: str, *, as_json: bool) -> None:
    if as_json:
        line(body | {"object": key})
        return
    what = f"{body.get('type', body.get('kind', ''))}"
    where = f"{body.get('topic', '')}/{body.get('partition', '')}/{body.get('offset', '')}"
    told = f"{body.get('at', '')}  {body.get('chain', '')}:{body.get('sequence', '')}  {what}  {where}"
    if isinstance(act := body.get("act"), dict):
        why = f", because: {act.get('reason')}" if act.get("reason") else ""
        told += f"  {act.get('act')} {act.get('thing')} by {act.get('by')} ({act.get('account')})"
        told += f", {act.get('outcome')}{why}"
    if isinstance(refusal := body.get("refusal"), dict):
        told += f"  {_refused(refusal)}"
    out().print(safe(told), markup=False, soft_wrap=True)


def _refused(refusal: dict[str, Any]) -> str:
    """In words; a client chose some of them."""
    who = refusal.get("principal") or "somebody unknown"
    thing = f" on {refusal.get('thing')}" if refusal.get("thing") else ""
    whose = f" of {refusal.get('agency')}" if refusal.get("agency") else ""
    place = ", ".join(map(str, refusal.get("addresses", ())))
    told = f"{refusal.get('server')}: {refusal.get('outcome')} {who} {refusal.get('operation')}{thing}{whose}"
    return told + f", {refusal.get('times')} times" + (f", from {place}" if place else "")
