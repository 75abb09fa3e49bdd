"""Whether an agency is known here."""

from __future__ import annotations

from processors.commands.surroundings import Surroundings
from processors.errors import ArtefactMissing
from processors.places import Buckets


def has_inbox(at: Surroundings, agency: str) -> bool:
    """Whether the store has a bucket for the agency's files.

    Raises:
        DependencyUnavailable: the object store does not answer.
    """
    try:
        next(iter(at.objects.keys(Buckets(at.settings.prefix).inbox(agency), "")), None)
    except ArtefactMissing:
        return False
    return True
