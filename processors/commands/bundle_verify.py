"""`chancery bundle verify`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from processors.audit import keys
from processors.bundle.verifying import Report, verify
from processors.commands import bundling
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import counted, line, out, safe

_SHOWN = 50


def run(
    bundle: Annotated[Path, typer.Argument(help="The archive, or the folder it was unpacked into.")],
    key: Annotated[
        list[Path], typer.Option("--key", help="The packer's public key, which came another way.", metavar="FILE")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.bundle.COMMANDS`."""
    with bundling.refusals():
        public = [keys.load_public(path) for path in key]
        if not bundle.exists():
            raise CommandError(Exit.NOT_FOUND, f"There is no bundle {bundle}.")
        total = bundle.stat().st_size if bundle.is_file() else None
        with bundling.bytes_bar("verifying", total) as tell:
            report = verify(bundle, public, tell)
    if as_json:
        line(_as_json(report))
    else:
        _tell(report)
    raise typer.Exit(int(Exit.OK if report.ok else Exit.FAILED))


def _as_json(report: Report) -> dict[str, object]:
    told = report.manifest
    return {
        "ok": report.ok,
        "files": report.files,
        "bytes": report.bytes,
        "version": told.version if told else None,
        "revision": told.revision if told else None,
        "key": told.key if told else None,
        "left_out": [one.model_dump() for one in told.left_out] if told else [],
        "findings": [
            asdict(one) | {"fault": one.fault.value, "meaning": one.fault.meaning} for one in report.findings
        ],
    }


def _tell(report: Report) -> None:
    console = out()
    for found in report.findings[:_SHOWN]:
        detail = f" ({found.detail})" if found.detail else ""
        where = f"{found.name}: " if found.name else ""
        sentence = safe(f"FOUND {found.fault.value}: {where}{found.fault.meaning}{detail}")
        console.print(sentence, markup=False, soft_wrap=True)
    if len(report.findings) > _SHOWN:
        console.print(f"… and {counted(len(report.findings) - _SHOWN, 'finding')} more: see --json.", markup=False)
    size = f"{counted(report.files, 'file')}, {report.bytes / 1e6:,.1f} MB"
    console.print(f"{'OK' if report.ok else 'NOT OK'}: {size} looked at", markup=False)
    if report.ok and report.manifest is not None:
        told = report.manifest
        of = f"Chancery {told.version}, commit {told.revision or 'unknown'}, for {told.platform}"
        console.print(safe(of), markup=False, soft_wrap=True)
        if told.left_out:
            left_out = bundling.by_part((one.part, one.name) for one in told.left_out)
            console.print(safe(f"left out: {left_out}"), markup=False, soft_wrap=True)
