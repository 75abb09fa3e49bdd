"""A decided review that comes to publish: does its decision lie where people's decisions lie?"""

from __future__ import annotations

from processors.errors import EventInvalid
from processors.events import ReviewDecided
from processors.names import review_run
from processors.places import Buckets, folder


def check(decided: ReviewDecided, buckets: Buckets) -> None:
    """See that the run is the one that this review begins, and the decision in its folder.

    Raises:
        EventInvalid: it is not: the event is forged.
    """
    document, decision = decided.document, decided.artefacts.get("decision")
    if document.run_id != review_run(decided.review) or not document.continues:
        raise EventInvalid("no run of this review")
    own = f"{folder(document)}/people/"
    if decision is None or decision.bucket != buckets.documents or not decision.key.startswith(own):
        raise EventInvalid("no decision of ours")
