"""`python -m processors.forge.line_reader`: train a line reader.

Takes a folder with `lines.txt` and `prose.txt` (lines of transcribed documents), `fonts/`, and `strips.npz`
(`python -m processors.forge.line_reader.labelled` makes it of labelled pictures). Trains on made lines, then for
each fold on made ones and the real ones of the other folds, and at last on all. Writes `line_reader.safetensors`,
one file a fold, and `held_out.json` with what was read of strips that the reader had not seen.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress
from safetensors.torch import load_file, save_file

from processors.forge.line_reader.batches import Labelled, Source, from_processes
from processors.forge.line_reader.network import LineNetwork
from processors.forge.line_reader.training import Plan, fit, held_out, read

_RATE, _FINE_RATE = 2e-3, 4e-4
#: How much of the batches is real at the end.
_REAL = 0.4


def _strips(file: Path) -> tuple[list[Labelled], list[str]]:
    """Real strips, and the document of each."""
    with np.load(file) as held:
        about = json.loads(str(held["about"]))
        pieces = np.split(held["pixels"], np.cumsum(held["widths"])[:-1], axis=1)
    strips = [Labelled(grey, one["text"]) for grey, one in zip(pieces, about, strict=True)]
    return strips, [one["document"] for one in about]


def _fold(document: str, names: Sequence[str], folds: int) -> int:
    return names.index(document) % folds


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m processors.forge.line_reader", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=Path, help="weights to start from; made lines are left out")
    parser.add_argument("--batches", type=int, default=10_000, help="of made lines; of real ones a tenth a fold")
    parser.add_argument("--minutes", type=float, default=0.0, help="in place of --batches")
    parser.add_argument("--fine-minutes", type=float, default=0.0, help="for each fold")
    parser.add_argument("--folds", type=int, default=3, help="0: made lines alone")
    parser.add_argument("--processes", type=int, default=2, help="that make lines")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    folder: Path = options.folder
    lines, prose = ((folder / name).read_text(encoding="utf-8").split("\n") for name in ("lines.txt", "prose.txt"))
    fonts = sorted((folder / "fonts").iterdir())
    real, documents = _strips(folder / "strips.npz")
    names = sorted(set(documents))
    network = LineNetwork()
    results: dict[str, object] = {"parameters": sum(one.numel() for one in network.parameters())}
    console = Console()
    with Progress(console=console) as progress:
        if options.start:
            network.load_state_dict(load_file(options.start))
        else:
            plan = Plan(_RATE, options.batches, options.minutes * 60)
            if options.minutes:
                plan = Plan(_RATE, seconds=options.minutes * 60)
            made = from_processes(Source(lines, prose, fonts), options.seed + 1, options.processes)
            fit(network, made, plan, progress, "made lines")
            made.close()
            save_file(network.cpu().state_dict(), options.out / "made.safetensors")
        said = read(network, [one.grey for one in real])
        results["made alone"] = held_out(real, said)
        results["read by made"] = said
        for fold in [*range(options.folds), None] if options.folds else []:
            inside = [fold is None or _fold(one, names, options.folds) != fold for one in documents]
            mine = [one for one, taken in zip(real, inside, strict=True) if taken]
            fine = copy.deepcopy(network)
            plan = Plan(_FINE_RATE, options.batches // 10)
            if options.fine_minutes:
                plan = Plan(_FINE_RATE, seconds=options.fine_minutes * 60)
            source = Source(lines, prose, fonts, mine, _REAL)
            mixed = from_processes(source, options.seed + 10 + (fold or 0), options.processes)
            fit(fine, mixed, plan, progress, "all" if fold is None else f"fold {fold + 1} of {options.folds}")
            mixed.close()
            name = "line_reader" if fold is None else f"fold-{fold}"
            save_file(fine.cpu().state_dict(), options.out / f"{name}.safetensors")
            if fold is not None:
                others = [one for one, taken in zip(real, inside, strict=True) if not taken]
                said = read(fine, [one.grey for one in others])
                results[name] = held_out(others, said)
                results[f"read by {name}"] = said
    (options.out / "held_out.json").write_text(json.dumps(results))
    console.print({name: value for name, value in results.items() if not name.startswith("read")})


if __name__ == "__main__":
    main()
