"""How many workers and GPUs a load needs, and whether a burst is borne: `python -m bench.capacity`.

`measure` writes bench/results/costs.json, `plan` answers with arithmetic, `simulate` with a day and a burst,
`validate` says how far the simulation is off. See docs/capacity.md.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from datetime import UTC, datetime
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.calling import command, say
from bench.capacity import costs as costs_file
from bench.capacity import day, measuring, options, page, summary, told, validation, window
from bench.capacity.costs import Costs, CostsInvalid
from bench.capacity.curve import live
from bench.capacity.load import Load, LoadInvalid
from bench.capacity.planning import Plan, plan
from bench.capacity.reading import ResultMissing
from bench.capacity.site import scaled
from bench.capacity.stages import partitions_of
from bench.manifest import TooFew


def main(arguments: list[str] | None = None) -> None:
    """Do what was asked for; a wrong request ends with 2 and says what is wrong."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = options.parser()
    asked = parser.parse_args(arguments)
    does = {"measure": _measure, "plan": _plan, "simulate": _simulate, "validate": _validate}[asked.command]
    try:
        found = does(asked, arguments)
    except (LoadInvalid, CostsInvalid, ResultMissing, TooFew) as error:
        parser.error(str(error))
    if asked.json:
        print(json.dumps(found))


def _measure(asked: argparse.Namespace, arguments: list[str]) -> dict[str, Any]:
    # The stack must be stopped also when we are asked to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    whole = measuring.measure(asked.documents, asked.pages, asked.results, arguments)
    drawn = Table("figure", "value", "unit", "command", title="bench.capacity measure")
    told_: dict[str, Any] = whole.model_dump()
    for name, one in told_["costs"].items():
        drawn.add_row(name, f"{one['value']:g}", one["unit"], one["command"])
    Console(stderr=asked.json).print(drawn)
    return told_


def _plan(asked: argparse.Namespace, _: list[str]) -> dict[str, Any]:
    made = plan(costs_file.load(asked.costs), options.load(asked), partitions_of(dict(asked.partitions)))
    Console(stderr=asked.json).print(told.shown(made))
    return told.to_json(made)


def _simulate(asked: argparse.Namespace, arguments: list[str]) -> dict[str, Any]:
    measured, load = costs_file.load(asked.costs), options.load(asked)
    scaling = options.scenario(asked)[1]
    sized = scaling.sized(load)
    asked_for = partitions_of({**(scaling.chart.partitions if scaling.chart else {}), **dict(asked.partitions)})
    wanted = plan(measured, sized, asked_for)
    name = f"as in {asked.values.name}" if scaling.chart else "partitions as they are"
    variants = [_variant(name, measured, load, asked_for, wanted, asked)]
    if wanted.short and scaling.chart is None:
        more = asked_for | {one.topic: one.wanted for one in wanted.short}
        variants.append(_variant("partitions as planned", measured, load, more, plan(measured, sized, more), asked))
    found = summary.Found(load, options.scenario(asked)[0], asked.target, asked.seed, variants)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    about = {"date": now, "command": command("capacity", arguments)}
    told_ = about | summary.to_json(found)
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / "capacity.json").write_text(json.dumps(told_, indent=1) + "\n", encoding="utf-8")
    (asked.results / "capacity.html").write_text(page.page(found, told_, about), encoding="utf-8")
    Console(stderr=asked.json).print(*told_["words"], sep="\n")
    return told_


def _variant(
    name: str, measured: Costs, load: Load, partitions: dict[str, int], made: Plan, asked: argparse.Namespace
) -> summary.Variant:
    scenario, scaling = options.scenario(asked)
    # At the beginning there are as many workers as the hour needs: nobody simulates how a site was set up.
    midnight, before = (
        float(live(np.array([at]), load, scenario)[0]) for at in (0.0, scenario.burst_begins - window.BEFORE)
    )
    say(f"{name}: the day")
    through = day.simulate(scaled(measured, load, partitions, scaling, midnight), load, scenario, day.STEP)
    say(f"{name}: the burst, document by document")
    site = scaled(measured, load, partitions, scaling, before)
    return summary.Variant(name, made, site, through, window.simulate(site, load, scenario, asked.seed))


def _validate(asked: argparse.Namespace, _: list[str]) -> dict[str, Any]:
    found = validation.compared(costs_file.load(asked.costs), asked.results)
    drawn = Table("what", "measured", "simulated", "off", title="bench.capacity validate")
    for one in found:
        drawn.add_row(one.what, f"{one.measured:.2f}", f"{one.simulated:.2f}", f"{one.off:+.0%}")
    Console(stderr=asked.json).print(drawn)
    return {
        "bench": "capacity.validate",
        "compared": [
            {
                "what": one.what,
                "measured": one.measured,
                "simulated": round(one.simulated, 3),
                "off": round(one.off, 3),
            }
            for one in found
        ],
    }


if __name__ == "__main__":
    main()
