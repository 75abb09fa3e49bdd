"""What the form of a DAG offers: a small file, since a form is made where no server may be asked.

`<home>/airflow/choices.json` is written when the local stack starts and by each run of `reprocess`. A form that is
out of date harms nothing: what it offers are suggestions, and the first task looks again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from processors import config
from processors.config import Settings

_FOLDER, _FILE = "airflow", "choices.json"


class Choices(NamedTuple):
    """Names, in order."""

    agencies: tuple[str, ...]
    types: tuple[str, ...]
    #: see `versions.words`
    versions: tuple[str, ...]


def load() -> Choices:
    """What was last written; without it what settings and files say. Asks no server."""
    settings = config.load()
    try:
        there = json.loads(_place(settings).read_text(encoding="utf-8"))
        return Choices(*(tuple(map(str, there[name])) for name in Choices._fields))
    except (OSError, ValueError, KeyError, TypeError):
        types = sorted(path.stem for path in settings.document_types.glob("*.json"))
        return Choices(tuple(sorted(settings.agencies)), tuple(types), ())


def write(settings: Settings, choices: Choices) -> None:
    """Replace the file in one step, if it says something else; readers see the old one or the new one."""
    place, content = _place(settings), json.dumps(choices._asdict(), indent=1)
    if place.exists() and place.read_text(encoding="utf-8") == content:
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = place.with_suffix(f".{os.getpid()}.tmp")
    written.write_text(content, encoding="utf-8")
    written.replace(place)


def _place(settings: Settings) -> Path:
    return settings.home / _FOLDER / _FILE
