"""A page of figures for people, where a kind of model has no page of its own."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

_STYLE = (
    "body{font:15px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:right}td:first-child{text-align:left}"
)


def report(figures: Mapping[str, Any]) -> str:
    """HTML that loads nothing and runs nothing."""
    rows = "".join(_row(name, one) for name, one in (("all", figures["all"]), *figures["types"].items()))
    heads = (
        "type",
        "documents",
        "micro-F1 (95 %)",
        "beside the champion",
        "named",
        "precision",
        "calibration error",
    )
    head = "".join(f"<th>{one}</th>" for one in heads)
    title = f"What a model is worth: the {html.escape(str(figures.get('split', '')))} split"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><table><tr>{head}</tr>{rows}</table></html>\n"
    )


def _row(name: str, figures: Mapping[str, Any]) -> str:
    released = figures["released"]
    cells = (
        name,
        figures["documents"],
        _estimate(figures["micro_f1"]),
        _estimate(figures["difference"]),
        released["values"],
        _number(released["precision"]),
        _number(figures["ece"]),
    )
    return "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _estimate(one: Mapping[str, float] | None) -> str:
    return "" if one is None else f"{one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})"


def _number(one: float | None) -> str:
    return "" if one is None else f"{one:.3f}"
