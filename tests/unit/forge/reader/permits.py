"""A made document type and made documents of it, for training."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from processors.document_types import DocumentType, load
from processors.forge.samples import Sample, split_of, write_samples
from tests.unit.document_types.nested import optional
from tests.unit.extract.made_pages import page

_NAMES = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov", "Donald Knuth")
_ZONES = ("Harbour", "Old Town", "Station", "Market", "Riverside")


def permit() -> dict[str, Any]:
    """Fields without any label: only what is learned from documents can read them."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://agency.example/permit.json",
        "title": "Parking permit",
        "description": "A permit to park.",
        "x-version": "1.0",
        "x-release": {"threshold": 0.8},
        "type": "object",
        "additionalProperties": False,
        "required": [],
        "properties": {
            "holder": optional("name", description="Who may park."),
            "number": optional("identifier", description="Number of the permit."),
        },
    }


def permit_type(folder: Path) -> DocumentType:
    """The type, from a file in `folder`."""
    import json

    folder.mkdir(exist_ok=True)
    (folder / "permit.json").write_text(json.dumps(permit()), encoding="utf-8")
    return load(folder)["permit"]


def text(number: int) -> tuple[str, dict[str, str]]:
    """A page and its labels."""
    dice = random.Random(number)
    holder, code, zone = dice.choice(_NAMES), f"P-{dice.randint(1000, 9999)}", dice.choice(_ZONES)
    lines = [f"Issued to    {holder}", f"Permit       {code}", f"Zone         {zone}", f"Ref          X-{number}"]
    dice.shuffle(lines)
    return "City of Wherever\n" + "\n".join(lines), {"holder": holder, "number": code}


def dataset(folder: Path, count: int) -> Path:
    """So many labelled permits, with the splits that their names give them."""
    (folder / "pages").mkdir(parents=True)
    samples = []
    for number in range(count):
        content, labels = text(number)
        sample = Sample(f"permit-{number}", "permit", split_of(f"permit-{number}"), labels)
        sample.pages(folder).write_text(page(content).to_json() + "\n", encoding="utf-8")
        samples.append(sample)
    write_samples(folder, samples)
    return folder
