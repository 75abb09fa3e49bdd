"""The gate's conditions for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from processors.commands.screen import cell
from processors.forge.registry.gate import Condition


def gate_table(conditions: Sequence[Condition]) -> Table:
    """A row a condition."""
    table = Table(box=None, pad_edge=False)
    for title in ("", "condition", "found", "wanted"):
        table.add_column(title, overflow="fold")
    for one in conditions:
        mark = cell("ok" if one.ok else "fails", style="green" if one.ok else "red")
        table.add_row(mark, cell(one.name), cell(one.found), cell(one.wanted))
    return table
