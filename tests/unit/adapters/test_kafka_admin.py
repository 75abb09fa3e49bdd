"""How many partitions a topic gets."""

from __future__ import annotations

import dataclasses

import pytest

from processors import config
from processors.adapters.kafka_admin import partitions
from processors.pipeline import TOPICS


@pytest.mark.parametrize(
    ("chosen", "most", "gets"),
    [((), 0, 96), ((), 8, 8), ((("pages.requested", 1584),), 0, 1584), ((("pages.requested", 1584),), 8, 8)],
)
def test_what_the_table_says_unless_the_installation_wants_another_number(
    chosen: tuple[tuple[str, int], ...], most: int, gets: int
) -> None:
    wants = dataclasses.replace(config.load({}), partitions=chosen, most_partitions=most)
    topics = {topic.name: topic for topic in TOPICS}
    assert partitions(wants, topics["pages.requested"]) == gets
    assert partitions(wants, topics["documents.arrived"]) == (most or 24)
