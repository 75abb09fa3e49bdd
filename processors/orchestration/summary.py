"""What a person sees who is to decide about a reprocessing: counts and names of ours, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processors.orchestration import links

#: Rows of the table: those that differ most; the report has all.
_ROWS = 25
_COLUMNS = ("same", "changed", "appeared", "vanished", "surer", "less_sure")


def table(figures: Mapping[str, Any], agencies: Sequence[str]) -> str:
    """The figures of a comparison in short, with links to the reports.

    Args:
        figures: see `comparing.Compared`
        agencies: that have a report of their own
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
    name = figures["name"]
    where = [f"[Open the report]({links.reprocessing(name)})"]
    where += [f"[{agency}, with values]({links.reprocessing(name, agency)})" for agency in agencies]
    parts = [[about], [" · ".join(where)], ends, head + lines if lines else [], more]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _moved(one: Mapping[str, Any]) -> int:
    return int(one["changed"] + one["appeared"] + one["vanished"])


def _safe(name: str) -> str:
    """A person's name that makes no Markdown."""
    return "".join(char if char.isalnum() or char in " .@-" else "?" for char in name)
