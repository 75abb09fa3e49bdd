"""docs/traces.md says what traces hold, all of it and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from processors.telemetry.trace_names import ATTRIBUTES, OUTCOMES, RESOURCE, SPANS

PAGE = (Path(__file__).parents[3] / "docs" / "traces.md").read_text(encoding="utf-8")


def test_the_page_explains_every_name_and_no_other() -> None:
    said = re.findall(r"^\| `([\w.]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    known = [(one.name, one.meaning) for one in (*SPANS, *ATTRIBUTES, *OUTCOMES, *RESOURCE)]
    assert [row for row in said if row[0] != "chancery.outcome" or row[1] != "Means"] == known


def test_names_are_used_once_and_follow_one_way_of_writing() -> None:
    names = [one.name for one in (*ATTRIBUTES, *RESOURCE)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", name) for name in names)
    assert all(re.fullmatch(r"[a-z_]+", one.name) for one in (*SPANS, *OUTCOMES))
