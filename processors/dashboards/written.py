"""`python -m processors.dashboards.written` writes the dashboards into the chart; a test compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from processors.config import PACKAGE
from processors.dashboards import grafana
from processors.dashboards.lanes import LANES
from processors.dashboards.overview import OVERVIEW
from processors.dashboards.quality import QUALITY
from processors.dashboards.stages import STAGES_PAGE

FOLDER = PACKAGE.parent / "helm" / "chancery" / "dashboards"
#: in the order in which an operator looks at them
DASHBOARDS = (OVERVIEW, STAGES_PAGE, QUALITY, LANES)


def files() -> dict[str, str]:
    """Their content by file name."""
    return {
        f"{one.name}.json": json.dumps(grafana.page(one), indent=1, ensure_ascii=False) + "\n" for one in DASHBOARDS
    }


def write(folder: Path) -> None:
    """Write all, and remove what is no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for file in folder.iterdir():
        if file.name not in wanted:
            file.unlink()
    for name, content in wanted.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
    sys.stdout.write(f"{FOLDER.relative_to(PACKAGE.parent)}\n")
