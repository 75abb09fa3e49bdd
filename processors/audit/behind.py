"""Comparing a chain's end with what Kafka remembers of it: the only trace of records cut off behind the last head.

The writer tells Kafka its positions after a segment is stored. So positions beyond those of the chain mean that
stored segments are gone; a topic's records beyond both were not written yet, which is no fault.
"""

from __future__ import annotations

from collections.abc import Mapping

from processors.audit.findings import Fault, Finding
from processors.audit.shelf import CHAINS, Shelf
from processors.audit.tip import Positions, tip_of


def behind(shelf: Shelf, remembered: Mapping[tuple[str, int], int]) -> list[Finding]:
    """What Kafka remembers as written and no chain holds.

    Args:
        shelf: chains in which verification found nothing
        remembered: (topic without prefix, partition) -> offset that is told to Kafka
    """
    held: Positions = {}
    ends: list[tuple[str, int]] = []
    for chain in shelf.folders(CHAINS):
        tip = tip_of(shelf, chain)
        ends.append((chain, tip.sequence))
        for place, position in tip.positions.items():
            held[place] = max(position, held.get(place, 0))
    found = []
    for place, position in sorted(remembered.items()):
        if position > held.get(place, 0):
            detail = f"{place[0]}, partition {place[1]}: {held.get(place, 0)} of {position}"
            chain, sequence = ends[0] if len(ends) == 1 else ("", 0)
            found.append(Finding(Fault.BEHIND, chain, sequence + 1, sequence + 1, detail=detail))
    return found
