"""Reports of reprocessings that show values of a document, as examples: they go with it.

An agency's report of a reprocessing holds a few old and new values of each field. What a person decided by it
stays: the decision names its digest, and the report of the installation holds counts alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from processors.batch.doors import Doors
from processors.events import Ref
from processors.places import reprocessing_report_key
from processors.ports import Stored, Vault


class Reports:
    """The reports of an installation's agencies, each read once."""

    def __init__(self, doors: Doors, vault: Vault) -> None:
        self._doors, self._vault = doors, vault
        #: by agency and document: the folders of the reports that show something of it
        self._folders: dict[str, dict[str, set[str]]] = {}

    def showing(self, agency: str, document: str) -> Iterator[Stored]:
        """Every version of the reports that show something of a document."""
        if agency not in self._folders:
            self._folders[agency] = self._read(agency)
        for folder in sorted(self._folders[agency].get(document, ())):
            yield from self._vault.versions(self._doors.buckets.documents, folder)

    def _read(self, agency: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        everything = reprocessing_report_key(agency, "", "").rstrip("/") + "/"
        for one in self._vault.versions(self._doors.buckets.documents, everything):
            if one.delete_marker or not one.key.endswith(".json"):
                continue
            folder = one.key.rpartition("/")[0] + "/"
            ref = Ref(
                bucket=one.bucket, key=one.key, version_id=one.version_id, sha256="", size=one.size, media_type=""
            )
            for example in json.loads(self._doors.objects.read(ref)).get("examples", ()):
                found.setdefault(example["document"], set()).add(folder)
        return found
