"""The artefact "fields": what extraction read, with the proof of every value; written by extract for publish."""

from __future__ import annotations

from typing import Any

from processors.events import Evidence, Record


class Fields(Record):
    """Values and their evidence, by field path ("total", "party/0")."""

    type: str
    type_version: str
    #: normalised values; a field that is not on the page is null
    values: dict[str, Any]
    evidence: dict[str, Evidence]
    #: which engine and weights read them
    engine: str
    model_digest: str = ""
    #: names of fields of the type of which a reader gave no whole answer
    unfinished: tuple[str, ...] = ()
