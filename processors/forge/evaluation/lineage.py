"""Which documents a model was made from: what it knows already says little of how it reads the next one."""

from __future__ import annotations

import json
import re
from pathlib import Path

_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def trained_on(models: Path) -> frozenset[str] | None:
    """Digests (sha256) of all documents that the models of a folder were trained on, by `*/trained_on.json`.

    None where no model says: nothing is known then. Any digest in such a file counts, wherever it stands: to leave
    out one too many does no harm.

    Raises:
        ValueError: a file is no JSON.
    """
    files = sorted(models.glob("*/trained_on.json"))
    found: set[str] = set()
    for file in files:
        content = json.loads(file.read_text(encoding="utf-8"))
        found |= set(_DIGEST.findall(json.dumps(content)))
    return frozenset(found) if files else None
