"""How many tasks of a kind work at the same time, over all runs; made at the start of the local stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Pool(NamedTuple):
    """A pool of Airflow's."""

    slots: int
    description: str


#: tasks that send documents on their way again, or publish what was held
EMITTING = "reprocess_emit"

POOLS: Mapping[str, Pool] = {
    # Two: one that waits for a slow server keeps no list waiting, and more would only compete.
    EMITTING: Pool(2, "Sends documents on their way again, and publishes what was held."),
}
