"""People of an installation, for tests: who operates, who reviews, and whose agencies are whose."""

from __future__ import annotations

import json
from pathlib import Path

EVERYWHERE = {"agencies": "*", "operates": True}
#: "dag_test" is who triggers the runs of `dag.test()`
PEOPLE = {
    "dag_test": EVERYWHERE,
    "ada": EVERYWHERE,
    "grace": EVERYWHERE,
    "al": {"agencies": ["alpha"], "operates": True},
    "gil": {"agencies": ["beta"], "operates": True},
    "ruth": "*",
    "vic": ["alpha"],
}


def people(folder: Path, **more: object) -> Path:
    """The file that says so; `more` stands beside it, or in its place."""
    file = folder / "people.json"
    file.write_text(json.dumps(PEOPLE | more), encoding="utf-8")
    return file
