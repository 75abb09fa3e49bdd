"""The buckets of an installation and the names inside them."""

from __future__ import annotations

from dataclasses import dataclass

from processors.events import DocumentId
from processors.runtime.identity import AGENCY, folder


@dataclass(frozen=True)
class Buckets:
    """Bucket names, each behind the installation's prefix."""

    prefix: str = ""

    @property
    def documents(self) -> str:
        """Originals and artefacts; versioned, with object lock."""
        return f"{self.prefix}documents"

    @property
    def work(self) -> str:
        """Claims, ends, attempt marks and kept outcomes: small and unlocked; marks and outcomes expire."""
        return f"{self.prefix}work"

    def inbox(self, agency: str) -> str:
        """Where an agency drops its files; versioned."""
        return f"{self.prefix}inbox-{agency}"

    def agency_of(self, inbox: str) -> str | None:
        """The agency of an inbox; None for any other bucket."""
        start = f"{self.prefix}inbox-"
        agency = inbox.removeprefix(start)
        return agency if inbox.startswith(start) and AGENCY.fullmatch(agency) else None


def artefact_key(document: DocumentId, stage: str, name: str) -> str:
    """Where an artefact of a stage lies in the documents bucket."""
    return f"{folder(document)}/{stage}/{name}"
