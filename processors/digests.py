"""Which bytes a file holds, as a name for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def file_sha256(file: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal; memory does not grow with them."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def files_sha256(files: Iterable[Path]) -> str:
    """The sha256 over the digests of some files, in their order, in hexadecimal: changes when any of them does."""
    total = hashlib.sha256()
    for file in files:
        total.update(bytes.fromhex(file_sha256(file)))
    return total.hexdigest()
