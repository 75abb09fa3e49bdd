"""Programs of others that are watched: each line in its time, and the last ones for an error."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from processors.local.following import followed


def test_each_line_is_passed_on_and_the_last_are_kept(tmp_path: Path) -> None:
    heard: list[str] = []
    says = "import os, sys; [print(n) for n in range(20)]; print(os.getcwd(), file=sys.stderr); sys.exit(3)"
    code, last = followed([sys.executable, "-u", "-c", says], dict(os.environ), heard.append, tmp_path)
    assert code == 3
    assert heard == [*(f"{n}\n" for n in range(20)), f"{tmp_path}\n"]
    assert last == [*map(str, range(6, 20)), str(tmp_path)]
