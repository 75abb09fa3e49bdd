"""The label reader proposes values inside objects by their paths, and leaves arrays of objects alone."""

from __future__ import annotations

from pathlib import Path

from processors.extract.grounding import ground
from processors.extract.labels import LabelReader
from tests.unit.document_types.nested import invoice, loaded
from tests.unit.extract.made_pages import page

PAGE = page(
    """
Sold by  Acme, Inc.
IBAN  GR16011
Total  8,00
Amount  5.00
"""
)


def test_values_in_objects_are_proposed_by_their_paths(tmp_path: Path) -> None:
    content = invoice()
    properties = content["properties"]
    properties["total"] |= {"x-labels": ["Total"], "x-locale": "de"}
    properties["seller"]["x-labels"] = ["Sold by"]
    properties["seller"]["properties"]["name"]["x-labels"] = ["Sold by"]
    properties["seller"]["properties"]["iban"]["x-labels"] = ["IBAN"]
    properties["lines"]["items"]["properties"]["amount"]["x-labels"] = ["Amount"]
    kind = loaded(tmp_path, content)
    read = {}
    for proposal in LabelReader().read([PAGE], kind):
        rule = kind.field(proposal.path)
        assert rule is not None
        read[proposal.path] = ground(proposal, {1: PAGE}, rule).value
    assert read == {"seller/name": "Acme, Inc.", "seller/iban": "GR16011", "total": "8.00"}
