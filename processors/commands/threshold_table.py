"""The release thresholds of types beside those that an evaluation gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from processors.commands.screen import cell

#: nothing that was read of the type is sure enough
NONE_HIGH_ENOUGH = "no confidence is high enough"


def thresholds(figures: Mapping[str, Any], own: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """By type: `own`, the threshold of its file (None: it has none), and `measured`, what the report gives.

    `measured` is the confidence from which on at most `bearable` of the values are wrong, None where none is high
    enough; `review` is the share of values below it; `auroc` says whether confidence tells right from wrong.
    A type whose values were not judged is left out.
    """
    return {
        name: {
            "own": own.get(name),
            "measured": one["review"]["threshold"],
            "bearable": one["review"]["bearable"],
            "review": one["review"]["values"],
            "auroc": one["auroc_interval"],
        }
        for name, one in figures.get("types", {}).items()
        if "review" in one
    }


def threshold_table(found: Mapping[str, Mapping[str, Any]]) -> Table:
    """A row a type."""
    table = Table(box=None, pad_edge=False)
    bearable = next(iter(found.values()))["bearable"]
    for title in ("type", "its threshold", f"for at most {bearable:.0%} wrong", "to review", "AUROC (95 %)"):
        table.add_column(title, overflow="fold")
    for name, one in found.items():
        measured = NONE_HIGH_ENOUGH if one["measured"] is None else f"{one['measured']:.3f}"
        table.add_row(
            cell(name),
            cell("-" if one["own"] is None else f"{one['own']:g}"),
            cell(measured),
            cell(f"{one['review']:.0%}"),
            cell(_order(one["auroc"])),
        )
    return table


def _order(auroc: Mapping[str, float] | None) -> str:
    """An interval that holds 0.5 is of a confidence that may say nothing."""
    if auroc is None:
        return "not measured"
    doubt = ", may be chance" if auroc["low"] <= 0.5 else ""
    return f"{auroc['value']:.2f} ({auroc['low']:.2f} to {auroc['high']:.2f}){doubt}"
