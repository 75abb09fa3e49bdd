"""The rounds of a training: made lines, then real ones among them, fold by fold and at last with all.

Each fold gives a reader that never saw its documents. What these read of them, taken together, is what the reader
of all is worth on receipts like them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from rich.progress import Progress
from safetensors.torch import save_file

from processors.forge.line_reader.batches import Source, from_processes
from processors.forge.line_reader.labelled_strips import Labelled
from processors.forge.line_reader.network import LineNetwork
from processors.forge.line_reader.training import Plan, fit, held_out, read

NAME = "line_reader"
#: How many of the strips are real at the end.
_REAL = 0.4


@dataclass(frozen=True)
class Rounds:
    """What all rounds of a training have in common."""

    #: what lines are made of; its real strips are those that a fold may see
    source: Source
    real: Sequence[Labelled]
    #: of made lines, and of real ones among them
    made: Plan
    mixed: Plan
    #: how many processes make lines
    processes: int
    seed: int
    out: Path

    def of_made_lines(self, network: LineNetwork, progress: Progress) -> None:
        """Train on made lines alone; writes `made.safetensors`."""
        with closing(from_processes(self.source, self.seed + 1, self.processes)) as batches:
            fit(network, batches, self.made, progress, "made lines")
        save_file(network.cpu().state_dict(), self.out / "made.safetensors")

    def of_all(self, network: LineNetwork, progress: Progress) -> None:
        """Go on with all real strips; writes `line_reader.safetensors`."""
        self._go_on(network, self.real, NAME, 0, progress)

    def of_folds(self, network: LineNetwork, folds: int, progress: Progress) -> Iterator[tuple[str, float]]:
        """Go on without the strips of each fold; writes `fold-N.safetensors`.

        Returns:
            Of each fold its name, and the share of its strips that were read to the letter.
        """
        names = sorted({one.document for one in self.real})
        for fold in range(folds):
            held = frozenset(names[fold::folds])
            seen = [one for one in self.real if one.document not in held]
            name = f"fold-{fold}"
            reader = self._go_on(network, seen, name, fold, progress)
            yield name, judged(reader, [one for one in self.real if one.document in held])

    def _go_on(
        self, network: LineNetwork, real: Sequence[Labelled], name: str, number: int, progress: Progress
    ) -> LineNetwork:
        reader = copy.deepcopy(network)
        source = replace(self.source, real=real, share=_REAL)
        with closing(from_processes(source, self.seed + 10 + number, self.processes)) as batches:
            fit(reader, batches, self.mixed, progress, name)
        save_file(reader.cpu().state_dict(), self.out / f"{name}.safetensors")
        return reader


def judged(network: LineNetwork, strips: Sequence[Labelled]) -> float:
    """The share of strips that a network reads to the letter; case and blanks do not count."""
    return held_out(strips, read(network, [one.grey for one in strips]))
