"""The agencies' inboxes as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Version:
    """An object version as a listing shows it."""

    #: untrusted: chosen by the sender
    key: str
    version_id: str
    #: by the store's clock
    modified: datetime
    #: says only that the object was deleted; the versions before it are still there
    delete_marker: bool = False


class Inboxes(Protocol):
    """The agencies' inboxes as a whole, for who compares them with what the pipeline knows."""

    def now(self) -> datetime:
        """The store's clock, which also dates its objects."""
        ...

    def agencies(self) -> tuple[str, ...]:
        """Who has an inbox, in order."""
        ...

    def versions(self, agency: str) -> Iterator[Version]:
        """Every object version in an agency's inbox, by key; memory does not grow with them."""
        ...

    def faults(self, agency: str) -> tuple[str, ...]:
        """What keeps the inbox from announcing what lands, in words; empty where all is well."""
        ...

    def mend(self, agency: str) -> None:
        """Let the inbox keep versions and announce what lands, and leave other people's rules as they are."""
        ...
