"""`python -m processors.forge.line_reader FOLDER --fonts DIR --out OUT`: train a line reader.

FOLDER holds `strips.npz`, `lines.txt` and `prose.txt`, as `python -m processors.forge.line_reader.labelled` and
`... .corpus` write them; DIR any fonts (TTF, OTF, PCF). Trains on made lines, then for each fold on made ones and
the real ones of the other folds, and at last on all. Writes `line_reader.safetensors`, one file a fold, and
`held_out.json`: how much was read of strips that a reader had not seen. `... .export` makes ONNX of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import Progress
from safetensors.torch import load_file

from processors.forge.errors import ForgeError, NotThere
from processors.forge.line_reader import corpus, fonts, labelled_strips
from processors.forge.line_reader.batches import Source
from processors.forge.line_reader.network import LineNetwork
from processors.forge.line_reader.rounds import Rounds, judged
from processors.forge.line_reader.training import Plan

_RATE, _MIXED_RATE = 2e-3, 4e-4


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write; 1 where something that is needed is missing."""
    options = _options(arguments)
    console = Console(stderr=True)
    try:
        rounds = _rounds(options, console)
    except ForgeError as error:
        console.print(str(error))
        return 1
    torch.manual_seed(options.seed)
    network = LineNetwork()
    with Progress(console=console) as progress:
        if options.start:
            network.load_state_dict(load_file(options.start))
        else:
            rounds.of_made_lines(network, progress)
        results = {"made": judged(network, rounds.real)}
        results |= dict(rounds.of_folds(network, options.folds, progress))
        rounds.of_all(network, progress)
    (options.out / "held_out.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    console.print(results)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m processors.forge.line_reader",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fonts", type=Path, required=True, help="folder of fonts; none come with Chancery")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path, help="weights to start from; made lines are left out")
    parser.add_argument("--batches", type=int, default=10_000, help="of made lines; for each fold a tenth of it")
    parser.add_argument("--minutes", type=float, default=0.0, help="of made lines, in place of --batches")
    parser.add_argument("--mixed-minutes", type=float, default=0.0, help="for each fold, in place of a tenth")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2, help="that make lines")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def _rounds(options: argparse.Namespace, console: Console) -> Rounds:
    usable, left_out = fonts.usable(options.fonts)
    if left_out:
        console.print(f"{len(left_out)} fonts are left out, since they lack letters: {', '.join(left_out)}")
    lines, prose = _lines(options.folder / corpus.LINES), _lines(options.folder / corpus.PROSE)
    real = labelled_strips.load(options.folder / labelled_strips.FILE)
    options.out.mkdir(parents=True, exist_ok=True)
    return Rounds(
        Source(lines, prose, usable),
        real,
        made=_plan(_RATE, options.batches, options.minutes),
        mixed=_plan(_MIXED_RATE, max(options.batches // 10, 1), options.mixed_minutes),
        processes=options.processes,
        seed=options.seed,
        out=options.out,
    )


def _lines(file: Path) -> list[str]:
    if not file.is_file():
        raise NotThere(f"{file} is missing: make it with `python -m processors.forge.line_reader.corpus`.")
    return file.read_text(encoding="utf-8").split("\n")


def _plan(rate: float, batches: int, minutes: float) -> Plan:
    return Plan(rate, seconds=minutes * 60) if minutes else Plan(rate, batches)


if __name__ == "__main__":
    sys.exit(main())
