"""With Airflow beside it, too, nothing reaches for the outside; `tests/live/test_no_way_out.py` sees it without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live import enclosure

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]


def test_airflow_reaches_for_nothing_outside(tmp_path: Path) -> None:
    there = enclosure.run("tests.live.nothing_outside:documents_beside_airflow", tmp_path, 1100)
    assert there.packets == []
    assert not any(there.result.values()), there.result
