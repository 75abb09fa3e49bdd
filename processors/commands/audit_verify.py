"""`chancery audit verify`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from processors.audit import keys
from processors.audit.behind import behind
from processors.audit.findings import Finding
from processors.audit.starting import BEGINNING, Start, start_before
from processors.audit.verifying import Report, verify
from processors.commands import auditing
from processors.commands.exits import Exit
from processors.commands.screen import counted, line, out, safe

_SHOWN = 50


def run(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder of `chancery audit export`; without it the bucket.", metavar="[DIR]"),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(help="Public key, as a PEM file; give old keys too. Default: this machine's."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Begin behind the last head that was signed before this day (UTC): quicker, and blind before it.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.audit.COMMANDS`."""
    if folder is not None and not key:
        raise typer.BadParameter(
            "an exported chain is checked with a key from elsewhere: --key FILE", param_hint="--key"
        )
    if folder is None:
        shelf, settings = auditing.bucket()
        public = auditing.public_keys(key or [keys.public_file(settings.audit.key)])
    else:
        shelf, settings = auditing.folder(folder), None
        public = auditing.public_keys(key or [])
    remembered: dict[tuple[str, int], int] = {}
    if settings is not None:
        from processors.adapters.kafka_admin import committed  # noqa: PLC0415 - a folder needs no client
        from processors.runtime.audit_worker import GROUP  # noqa: PLC0415

        # Before the chain is read: what is written meanwhile must not look like something that is missing.
        remembered = committed(settings.kafka, GROUP, settings.prefix, settings.kafka_security)
    start = BEGINNING if since is None else start_before(shelf, public, since.date())
    with auditing.counting("checking", shelf, whole=not start.heads) as tell:
        report = verify(shelf, public, tell, start)
    if remembered and report.ok:
        report.findings += behind(shelf, remembered)
    _tell(report, start, as_json=as_json)
    raise typer.Exit(int(Exit.OK if report.ok else Exit.FAILED))


def _tell(report: Report, start: Start, *, as_json: bool) -> None:
    if as_json:
        line(
            {
                "ok": report.ok,
                "records": report.chains,
                "segments": report.segments,
                "heads": report.heads,
                "newest_head": asdict(report.newest) if report.newest else None,
                "since": [asdict(head) for head in start.heads.values()],
                "findings": [_finding_json(found) for found in report.findings],
            }
        )
        return
    console = out()
    for found in report.findings[:_SHOWN]:
        console.print(f"FOUND: {safe(_sentence(found))}", markup=False, soft_wrap=True)
    if len(report.findings) > _SHOWN:
        console.print(f"… and {counted(len(report.findings) - _SHOWN, 'finding')} more: see --json.", markup=False)
    for head in start.heads.values():
        told = f"begun behind head {head.number} of {head.at}, which is signed; what lies before it was not read"
        console.print(told, markup=False, soft_wrap=True)
    before = sum((start.of_chain(chain) or (0, ""))[0] for chain in report.chains)
    records, chains = sum(report.chains.values()) - before, len(report.chains)
    told = f"{counted(records, 'record')} in {counted(chains, 'chain')}, {counted(report.segments, 'segment')}"
    console.print(
        f"{'OK' if report.ok else 'NOT OK'}: {told}, {counted(report.heads, 'signed head')}", markup=False
    )
    if report.newest:
        newest = report.newest
        console.print(f"newest head: {newest.number} of {newest.at}, sha256 {newest.digest}", markup=False)
        console.print(f"signed by the key with the fingerprint {newest.key}", markup=False, soft_wrap=True)


def _finding_json(found: Finding) -> dict[str, Any]:
    return asdict(found) | {"fault": found.fault.value, "day": found.day, "meaning": found.fault.meaning}


def _sentence(found: Finding) -> str:
    is_head = found.fault.value.startswith("head_") or found.key.startswith("heads/")
    noun = "head" if is_head else "record"
    which = f"{noun} {found.first:,}" if found.first == found.last else f"{noun}s {found.first:,} to {found.last:,}"
    where = f" in {found.key}" if found.key else ""
    day = f", {found.day}" if found.day else ""
    detail = f" ({found.detail})" if found.detail else ""
    whose = f" of chain {found.chain}" if found.chain else ""
    if not found.first:
        return f"{found.fault.value}: {found.fault.meaning}{detail}"
    return f"{found.fault.value}: {which}{whose}{where}{day}: {found.fault.meaning}{detail}"
