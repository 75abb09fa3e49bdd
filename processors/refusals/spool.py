"""Where the object store's refusals stand from the moment they are told until they are counted: our own log."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.refusals.refusal import Refusal
from processors.refusals.store_entries import identity, line, refused, request_of

#: Bytes of a file, and rotated files that are kept: a refusal takes some 400, so 180,000 wait for a Kafka that is
#: away.
_LARGEST = 8 * 1024 * 1024
_KEPT = 8
#: Requests that are known again. MinIO sends one entry after the other, so the last would do.
_REMEMBERED = 10_000


class Spool:
    """A rotated log; not thread-safe."""

    def __init__(self, path: Path, prefix: str) -> None:
        """Go on where an earlier process left off.

        Raises:
            OSError: the folder cannot be made, or the log cannot be read.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path, self._prefix = path, prefix
        self._seen: OrderedDict[str, None] = OrderedDict()
        for file in (path.with_name(f"{path.name}.1"), path):
            if file.exists():
                with file.open("rb") as lines:
                    for text in lines:
                        self._remember(request_of(text.decode("utf-8", "replace")))
        self._mend()

    def take(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Keep what these entries tell of refusals; on disk when it returns.

        Raises:
            OSError: they cannot be kept.
        """
        kept, requests = [], []
        for entry in entries:
            refusal, request = refused(entry, self._prefix), identity(entry)
            if refusal is not None and (not request or request not in self._seen):
                kept.append(line(refusal, request).encode() + b"\n")
                requests.append(request)
        if kept:
            self._write(kept)
            for request in requests:
                self._remember(request)

    def lost(self) -> None:
        """Keep that the store told something that could not be read: nobody hides in an entry that is too large.

        Raises:
            OSError: it cannot be kept.
        """
        refusal = Refusal("store", "", "", "", "", "", datetime.now(UTC), outcome="unheard")
        self._write([line(refusal, "").encode() + b"\n"])

    def _write(self, lines: Sequence[bytes]) -> None:
        self._rotate()
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:  # noqa: PTH123 - a descriptor
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())

    def _remember(self, request: str) -> None:
        self._seen[request] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _mend(self) -> None:
        """End a line that a kill cut off, or the next would be lost with it."""
        if self._path.exists() and self._path.stat().st_size:
            with self._path.open("r+b") as file:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")

    def _rotate(self) -> None:
        if not self._path.exists() or self._path.stat().st_size < _LARGEST:
            return
        for number in range(_KEPT - 1, -1, -1):
            here = self._path.with_name(f"{self._path.name}.{number}") if number else self._path
            if here.exists():
                here.replace(self._path.with_name(f"{self._path.name}.{number + 1}"))
