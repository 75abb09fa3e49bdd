"""Copying chain and heads into a folder, to be checked on a machine that reaches no server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from processors.audit.shelf import CHAINS, HEADS, Shelf, Stored


def export(shelf: Shelf, folder: Path, on_object: Callable[[], None] = lambda: None) -> list[Stored]:
    """Write every segment and head below `folder`; returns the objects that were overwritten or deleted.

    The first version of each is written: that is the one to check. What is there already is written again.
    """
    touched = []
    for place in (CHAINS, HEADS):
        for name in shelf.folders(place):
            for stored in shelf.stored(f"{place}{name}/"):
                if stored.versions != 1 or stored.hidden:
                    touched.append(stored)
                if stored.versions:
                    _write(shelf, stored, folder)
                on_object()
    return touched


def _write(shelf: Shelf, stored: Stored, folder: Path) -> None:
    # Keys may come from whoever can write to the bucket: two plain names below the place, or nothing.
    parts = stored.key.split("/")
    if len(parts) != 3 or any(part in ("", ".", "..") for part in parts):
        return
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    is_head = stored.key.startswith(HEADS)
    with draft.open("wb") as file:
        for number, line in enumerate(shelf.lines(stored)):
            file.write((b"\n" if number and is_head else b"") + line + (b"" if is_head else b"\n"))
    draft.replace(path)
