"""Where things lie: the buckets of an installation and the keys inside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processors.events import DocumentId
from processors.names import AGENCY

#: What the keys of everything that belongs to reprocessings begin with, in the work bucket.
REPROCESSINGS = "reprocessings/"
#: What the keys of everything that belongs to disposals, and to legal holds, begin with, in the work bucket.
DISPOSALS, HOLDS = "disposals/", "holds/"
EndKind = Literal["result", "review"]
#: an end, and one that is kept back
KeptKind = Literal["result", "review", "held-result", "held-review"]


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

    @property
    def datasets(self) -> str:
        """Labelled documents as they were read, see `forge/dataset_store.py`; versioned."""
        return f"{self.prefix}datasets"

    @property
    def models(self) -> str:
        """Registered models and the log of promotions, see `forge/registry.py`; versioned, with object lock."""
        return f"{self.prefix}models"

    @property
    def audit(self) -> str:
        """The audit chain's segments and signed heads, see `audit/shelf.py`; versioned, with object lock."""
        return f"{self.prefix}audit"

    def inbox(self, agency: str) -> str:
        """Where an agency drops its files; versioned."""
        return f"{self.prefix}inbox-{agency}"

    def agency_of(self, inbox: str) -> str | None:
        """The agency of an inbox; None for any other bucket."""
        start = f"{self.prefix}inbox-"
        agency = inbox.removeprefix(start)
        return agency if inbox.startswith(start) and AGENCY.fullmatch(agency) else None


def belongings(document: DocumentId) -> str:
    """The prefix, in the documents bucket, of everything that any run of a document left behind."""
    return f"{document.agency}/{document.id}/"


def folder(document: DocumentId) -> str:
    """The prefix, in the documents bucket, of everything that a run of a document leaves behind."""
    return f"{belongings(document)}{document.run_id}"


def artefact_key(document: DocumentId, stage: str, name: str) -> str:
    """Where an artefact of a stage lies in the documents bucket."""
    return f"{folder(document)}/{stage}/{name}"


def claim_key(document: DocumentId, cluster: str = "") -> str:
    """Where, in the work bucket, stands who took a run of the document in; each later Kafka has its own place."""
    # No folder: where an object lies, the store takes no others below it.
    run = "" if document.run_id == "live" else f"~{document.run_id}"
    return f"claims/{document.agency}/{document.id}{run}{f'.{cluster}' if cluster else ''}"


def resubmission_key(document: DocumentId) -> str:
    """Where, in the work bucket, stands the event that began a run that a person asked for."""
    return f"resubmissions/{document.agency}/{document.id}/{document.run_id}"


def look_key(document: DocumentId, number: int) -> str:
    """Where, in the documents bucket, lies what a person said about a review: the first, second or third to look.

    Args:
        document: in the run that the decided review begins
        number: counted from 1
    """
    return artefact_key(document, "people", f"look-{number}.json")


def reprocessing_key(run: str, name: str) -> str:
    """Where, in the work bucket, lies what belongs to a reprocessing."""
    return f"{REPROCESSINGS}{run}/{name}"


def reprocessing_report_key(agency: str, run: str, name: str) -> str:
    """Where, in the documents bucket, an agency's report of a reprocessing lies: it holds values of documents."""
    return f"{agency}/reprocessings/{run}/{name}"


def disposal_key(disposal: str, name: str) -> str:
    """Where, in the work bucket, lies what belongs to a disposal."""
    return f"{DISPOSALS}lists/{disposal}/{name}"


def disposed_key(agency: str, document: str, name: str) -> str:
    """Where, in the work bucket, stands what became of a document that was disposed of."""
    return f"{DISPOSALS}documents/{agency}/{document}/{name}"


def holds_key(agency: str, document: str, name: str = "") -> str:
    """Where, in the work bucket, stand the legal holds on a document."""
    return f"{HOLDS}{agency}/{document}/{name}"


def ended_key(document: DocumentId) -> str:
    """Where, in the work bucket, stands how a run of a document ended, and by which work."""
    return f"ends/{document.agency}/{document.id}/{document.run_id}"


def end_key(document: DocumentId, kind: KeptKind) -> str:
    """Where the event that ended a document lies in the documents bucket, as structured CloudEvents JSON.

    The event cannot carry its own reference, so its place is a convention: the runtime stores it there before the
    event goes out, the readers look there.
    """
    return artefact_key(document, "publish", f"{kind}.json")
