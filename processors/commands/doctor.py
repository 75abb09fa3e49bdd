"""`chancery doctor`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from processors import config
from processors.commands import models_in_use
from processors.commands.exits import Exit
from processors.commands.screen import cell, line, out
from processors.local import stack
from processors.local.doctor import checks


def run(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array of findings.")] = False) -> None:
    """See `processors.cli.COMMANDS`."""
    settings = config.load()
    running = stack.running(settings.home)
    connected = stack.connected(settings, running) if running else settings
    findings = checks(connected)
    if any(finding.name == "S3 reachable" and finding.ok for finding in findings):
        findings.extend(models_in_use.checks(connected))
    if as_json:
        line([asdict(finding) for finding in findings])
    else:
        table = Table(box=None, pad_edge=False)
        for title in ("", "check", "found", "to do"):
            table.add_column(title, overflow="fold")
        for finding in findings:
            mark = "ok" if finding.ok else "missing" if finding.needed else "optional"
            style = "green" if finding.ok else "red" if finding.needed else "yellow"
            texts = (cell(finding.name), cell(finding.found), cell(finding.remedy))
            table.add_row(cell(mark, style=style), *texts)
        out().print(table)
    if any(finding.needed and not finding.ok for finding in findings):
        raise typer.Exit(int(Exit.FAILED))
