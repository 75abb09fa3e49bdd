"""Each bad file through the real intake stage in its real child: the right reason, nobody dies, nobody phones home."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
SEED = 20261126
#: In every run; all of them with CHANCERY_TEST_ALL_HOSTILE... see `_variants`
FEW = 2
#: The scanner's part, on a real one: tests/live/test_malware.py
SCANNED = "malware"
#: Each takes seconds, until time or memory ends
SLOW = "work_crash"
