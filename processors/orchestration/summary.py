"""What a person sees who is to decide about a reprocessing: counts and names of ours, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Rows of the table: those that differ most; the report has all.
_ROWS = 25
#: where Airflow serves the console, see `console/airflow_plugin.py`
_CONSOLE = "/chancery"
_COLUMNS = ("same", "changed", "appeared", "vanished", "surer", "less_sure")


def table(figures: Mapping[str, Any], pages: Sequence[str]) -> str:
    """The figures of a comparison in short.

    Args:
        figures: see `comparing.Compared`
        pages: where its pages lie, that of the whole first
    """
    about = (
        f"**{figures['name']}** from `{figures['stage']}`, asked by {_safe(figures['by'])}: "
        f"{figures['documents']:,} documents, {figures['differ']:,} differ."
    )
    ends = [
        f"- {one['agency']}: {one['old']} → {one['new']}: {one['documents']:,}" for one in figures["ends"][:_ROWS]
    ]
    rows = sorted(figures["fields"], key=lambda one: (-_moved(one), one["agency"], one["type"], one["field"]))
    head = ["| agency | type | field | " + " | ".join(name.replace("_", " ") for name in _COLUMNS) + " |"]
    head.append("| --- | --- | --- |" + " ---: |" * len(_COLUMNS))
    lines = [
        f"| {one['agency']} | {one['type']} | `{one['field']}` | "
        + " | ".join(f"{one[name]:,}" for name in _COLUMNS)
        + " |"
        for one in rows[:_ROWS]
    ]
    more = [f"… and {len(rows) - _ROWS} fields more."] if len(rows) > _ROWS else []
    where = [f"[Report]({link(figures['name'])}): `{pages[0]}`", *(f"- `{page}`" for page in pages[1:])]
    parts = [[about], ends, head + lines if lines else [], more, where]
    return "\n\n".join("\n".join(part) for part in parts if part)


def link(name: str) -> str:
    """Where, within Airflow's own address, the console hands the report out."""
    return f"{_CONSOLE}/reprocessings/{name}/report.html"


def _moved(one: Mapping[str, Any]) -> int:
    return int(one["changed"] + one["appeared"] + one["vanished"])


def _safe(name: str) -> str:
    """A person's name that makes no Markdown."""
    return "".join(char if char.isalnum() or char in " .@-" else "?" for char in name)
