"""The report of a simulation: one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from bench.capacity import plot, told
from bench.capacity.summary import Found, words
from processors.batch.report_page import templates

#: What the simulations leave out; docs/capacity.md says more.
LOST = (
    "The day is a fluid: no chance in arrivals, ids spread evenly over partitions, no whole batches. It shows "
    "where work piles up. The burst is simulated document by document.",
    "Every page of a kind takes the same time. Workers never fail. Kafka and MinIO always keep up.",
    "What was not over when the simulation ended counts as long as it had lasted: such percentiles are lower "
    "bounds.",
    "A rebalance stops the whole group for the longest time that was measured; cooperative ones stop less. "
    "What was in work when its partition moved is not done again.",
)


def page(found: Found, summary: Mapping[str, Any], about: Mapping[str, str]) -> str:
    """The page for people."""
    variants = [
        {
            "name": one.name,
            "words": words(one, found),
            "told": summary["variants"][one.name],
            "plan": told.sentences(one.plan),
            "counts": [
                (stage.name, stage.live, one.site.partitions[stage.live], one.site.rules[stage.name].most)
                for stage in one.site.stages
            ],
            # Our own drawings.
            "day": Markup(plot.day(one.day, found.target)),
            "burst": Markup(plot.burst(one.burst, found.target)),
        }
        for one in found.variants
    ]
    return (
        templates("bench.capacity")
        .get_template("simulated.html.j2")
        .render(about=about, found=found, scenario=vars(found.scenario), variants=variants, lost=LOST)
    )
