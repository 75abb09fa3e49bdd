"""The minutes around a burst, document by document: arrivals as chance makes them, and how long each took."""

from __future__ import annotations

import numpy as np

from bench.capacity.curve import Floats, Scenario, again, live
from bench.capacity.events import Seen, run
from bench.capacity.load import Load, LoadInvalid
from bench.capacity.site import Site
from bench.capacity.travelling import Travelling

#: seconds before the burst, and after it
BEFORE, AFTER = 120.0, 300.0
#: More than so many documents take minutes to simulate.
MOST_DOCUMENTS = 500_000


def simulate(site: Site, load: Load, scenario: Scenario, seed: int = 1) -> Seen:
    """The burst with what comes before and after it.

    Raises:
        LoadInvalid: so many documents would come that the simulation takes too long.
    """
    begins = scenario.burst_begins - BEFORE
    lasts = BEFORE + scenario.burst_minutes * 60 + AFTER
    at = begins + np.arange(lasts)
    expected = float((live(at, load, scenario) + again(at, scenario)).sum())
    if expected > MOST_DOCUMENTS:
        raise LoadInvalid(
            f"the burst and the minutes around it hold {expected:,.0f} documents, and more than {MOST_DOCUMENTS:,} "
            "take minutes to simulate: give a smaller --burst or --burst-minutes."
        )
    return run(site, documents(load, scenario, at, seed), lasts, seed)


def documents(load: Load, scenario: Scenario, at: Floats, seed: int) -> list[Travelling]:
    """What comes in these seconds of the day, by chance around the curve; times from the first of them."""
    dice = np.random.default_rng(seed)
    found = [Travelling(BEFORE, scenario.long_pages, load.scanned_share) for _ in range(scenario.long_documents)]
    times = _times(dice, live(at, load, scenario))
    # One page at least; how many more is chance.
    pages = 1 + dice.poisson(load.pages_per_document - 1.0, len(times))
    scanned = dice.random(len(times)) < load.scanned_share
    found += [
        Travelling(float(when), int(count), float(scan))
        for when, count, scan in zip(times, pages, scanned, strict=True)
    ]
    times = _times(dice, again(at, scenario))
    pages = 1 + dice.poisson(load.pages_per_document - 1.0, len(times))
    scanned = dice.random(len(times)) < load.scanned_share
    found += [
        Travelling(float(when), int(count), float(scan), "reprocessing")
        for when, count, scan in zip(times, pages, scanned, strict=True)
    ]
    return sorted(found, key=lambda one: one.arrived)


def stays(seen: Seen, stage: str | None = None) -> Floats:
    """Seconds that each short live document stayed in a stage, or in all; of one that is still there, until now."""
    found = []
    for one in seen.documents:
        if one.lane != "live" or one.long or one.arrived > seen.until:
            continue
        if stage is None:
            found.append(min(one.ended, seen.until) - one.arrived)
        elif (came := one.came.get(stage)) is not None:  # type: ignore[call-overload]
            # An unread range keeps the document in ocr, whatever was read before.
            gone = one.went.get(stage, seen.until) if not (stage == "ocr" and one.left) else seen.until  # type: ignore[call-overload]
            found.append(gone - came)
    return np.array(found)


def _times(dice: np.random.Generator, rate: Floats) -> Floats:
    counts = dice.poisson(rate)
    return np.sort(np.repeat(np.arange(float(len(rate))), counts) + dice.random(int(counts.sum())))
