"""The fields of a document with their evidence: from its result or, until a person decided, as they were read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from rich.table import Table

from processors.commands.describing import meaning
from processors.commands.doubts import Doubt, doubts_of
from processors.commands.screen import cell
from processors.config import Settings
from processors.errors import ArtefactMissing
from processors.events import Evidence, Ref, ResultReleased
from processors.fields import Fields
from processors.ports import Objects
from processors.record.ends import read_end
from processors.record.entry import Entry


@dataclass(frozen=True)
class Shown:
    """What there is to show of a document beyond the ledger."""

    #: the end event as it was stored, or None
    event: dict[str, Any] | None
    values: dict[str, Any]
    evidence: dict[str, Evidence]
    artefacts: dict[str, Ref]
    #: why a person must look; empty unless it is under review
    doubts: tuple[Doubt, ...] = ()

    @property
    def confidence(self) -> float | None:
        """The lowest confidence of a value; None if there is no value."""
        found = (self.evidence.get(path) for path, value in leaves(self.values) if value not in (None, []))
        return min((proof.confidence for proof in found if proof), default=None)


def shown(objects: Objects, settings: Settings, entry: Entry) -> Shown:
    """Read a document's end event and fields.

    Raises:
        ArtefactMissing: what is stored is not what its name says.
    """
    stored = read_end(objects, settings, entry)
    event = json.loads(stored) if stored else None
    data = event["data"] if event else {}
    try:
        artefacts = entry.artefacts | {role: Ref.model_validate(r) for role, r in data.get("artefacts", {}).items()}
        if event and event["type"] == ResultReleased.TYPE:
            evidence = {path: Evidence.model_validate(e) for path, e in data["evidence"].items()}
            return Shown(event, data["fields"], evidence, artefacts)
        if "fields" in artefacts:
            read = Fields.model_validate_json(objects.read(artefacts["fields"]))
            return Shown(event, read.values, read.evidence, artefacts, doubts_of(event, read.evidence, settings))
        return Shown(event, {}, {}, artefacts, doubts_of(event, {}, settings))
    except (ValidationError, KeyError) as error:
        raise ArtefactMissing("not of the expected form") from error


def leaves(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value by its field path, such as "party/0"."""
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from leaves(value, f"{path}/")
        elif isinstance(value, list) and value:
            yield from leaves({str(index): one for index, one in enumerate(value)}, f"{path}/")
        else:
            yield path, value


def fields_table(what: Shown) -> Table:
    """Value, page, verbatim text, verdict and confidence of each field; those in doubt are marked."""
    doubted = {doubt.path for doubt in what.doubts if doubt.path}
    values = list(leaves(what.values))
    table = Table(title="fields", title_justify="left")
    table.add_column("field", overflow="fold", min_width=min(20, max((len(path) for path, _ in values), default=0)))
    table.add_column("value", overflow="fold")
    table.add_column("page", no_wrap=True)
    for title in ("on the page", "verdict"):
        table.add_column(title, overflow="fold")
    table.add_column("conf.", justify="right", no_wrap=True)
    for path, value in values:
        proof = what.evidence.get(path) or what.evidence.get(path.partition("/")[0])
        text = "—" if value in (None, []) else value if isinstance(value, str) else json.dumps(value)
        mark, style = ("! ", "yellow") if path in doubted else ("", "")
        if proof is None:
            table.add_row(cell(path), cell(text), "", "", "", mark, style=style)
            continue
        verdict = f"{proof.verdict} ({proof.note})" if proof.note else proof.verdict
        page, numbers = str(proof.page) if proof.page else "", f"{mark}{proof.confidence:.2f}"
        table.add_row(cell(path), cell(text), page, cell(proof.text, 200), cell(verdict), numbers, style=style)
    return table


def doubts_table(what: Shown) -> Table:
    """What a reviewer must look at, and why: a row a doubt."""
    table = Table(title="in doubt", title_justify="left", box=None, pad_edge=False)
    table.add_column("field", overflow="fold")
    table.add_column("reason", no_wrap=True)
    table.add_column("conf.", no_wrap=True)
    table.add_column("meaning")
    for one in what.doubts:
        texts = (one.path or "(document)", one.said, one.numbers, meaning(one.reason))
        table.add_row(*map(cell, texts))
    return table
