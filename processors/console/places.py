"""The places of the console, as its navigation shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """An entry of the navigation."""

    label: str
    #: within the console
    path: str
    #: file in `static/icons/`
    icon: str


PLACES: tuple[Place, ...] = (
    Place("Documents", "/", "documents.svg"),
    Place("Reviews", "/reviews", "reviews.svg"),
    Place("Flow", "/flow", "flow.svg"),
    Place("Reprocessings", "/reprocessings", "reprocessings.svg"),
    Place("Quality", "/quality", "quality.svg"),
)
