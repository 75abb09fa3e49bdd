"""An object store, as stages and everybody else need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from processors.events import Ref


@dataclass(frozen=True)
class ObjectInfo:
    """What the store says about an object version."""

    ref: Ref
    #: user metadata, keys in lower case
    metadata: Mapping[str, str]
    modified: datetime


@dataclass(frozen=True)
class Lock:
    """Until when an object version may not be deleted."""

    until: datetime
    #: GOVERNANCE or COMPLIANCE
    mode: str


class Objects(Protocol):
    """An S3-like store. Keys are ours unless they come from a notification; they never become a path."""

    def put(
        self,
        bucket: str,
        key: str,
        content: Path | bytes,
        media_type: str,
        *,
        create_only: bool = False,
        lock: Lock | None = None,
    ) -> Ref | None:
        """Store an object and return where it lies; with `create_only`, None if the key is taken already.

        The content's sha256 is kept as user metadata, so that `info` can tell it again.
        """
        ...

    def info(self, bucket: str, key: str, version_id: str = "") -> ObjectInfo | None:
        """What is known of an object version (newest without `version_id`); None if it does not exist."""
        ...

    def read(self, ref: Ref) -> bytes:
        """A small object's bytes."""
        ...

    def fetch(self, ref: Ref, to: Path) -> str:
        """Write an object version to a local file and return its sha256; memory does not grow with its size."""
        ...

    def copy(
        self, source: Ref, bucket: str, key: str, *, sha256: str, media_type: str, lock: Lock | None = None
    ) -> Ref:
        """Copy on the server, create-only: the object that is there already wins and is returned."""
        ...

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """The keys below `prefix`, in order."""
        ...

    def delete(self, bucket: str, key: str) -> None:
        """Remove an object; no error if it does not exist."""
        ...
