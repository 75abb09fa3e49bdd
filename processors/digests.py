"""Which bytes a file holds, as a name for them."""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_sha256(file: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal; memory does not grow with them."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
