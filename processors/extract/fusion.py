"""From the figures of a contender to the belief that it is right: a logistic model, one for all fields.

Each field may lean from the common weights as far as its own labelled documents justify (see
`processors/forge/reader/fusing.py`). Without a model a fixed one is used, good enough to rank by.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp
from pathlib import Path

from processors.extract.contenders import FIGURES

#: figures of the fixed model; what is not named weighs nothing
_FIXED = {
    "labels_belief": 1.5,
    "labels_first": 0.5,
    "encoder_belief": 2.5,
    "encoder_first": 0.8,
    "language_belief": 1.5,
    "agree": 1.5,
    "read": 1.0,
}


@dataclass(frozen=True)
class Fusion:
    """Weights over `FIGURES`."""

    weights: tuple[float, ...] = tuple(_FIXED.get(name, 0.0) for name in FIGURES)
    bias: float = -1.3
    #: by "type/field", what is added to the weights and to the bias
    own: Mapping[str, tuple[tuple[float, ...], float]] = field(default_factory=dict)

    def knows(self, readers: Iterable[str]) -> bool:
        """Whether any of these readers was there when the weights were learned: what was not has no weight."""
        return not self._weighed.isdisjoint(readers)

    @cached_property
    def _weighed(self) -> frozenset[str]:
        named = zip(FIGURES, self.weights, strict=True)
        return frozenset(name.partition("_")[0] for name, weight in named if weight)

    def belief(self, key: str, figures: Sequence[float]) -> float:
        """How probable a contender with these figures is right, 0 to 1."""
        lean, more = self.own.get(key, ((), 0.0))
        total = self.bias + more + sum(w * f for w, f in zip(self.weights, figures, strict=True))
        total += sum(w * f for w, f in zip(lean, figures, strict=False))
        return 1 / (1 + exp(-min(max(total, -30.0), 30.0)))


def load(file: Path) -> Fusion:
    """Read weights; without the file the fixed ones.

    Raises:
        ValueError: the file was made for other figures.
    """
    if not file.is_file():
        return Fusion()
    content = json.loads(file.read_text(encoding="utf-8"))
    if tuple(content["figures"]) != FIGURES:
        raise ValueError(f"{file.name} was made for other figures; train the reader again")
    own = {key: (tuple(lean["weights"]), float(lean["bias"])) for key, lean in content["own"].items()}
    return Fusion(tuple(content["weights"]), float(content["bias"]), own)


def save(fusion: Fusion, file: Path) -> None:
    """Write weights, for people too."""
    content = {
        "figures": FIGURES,
        "weights": [round(w, 4) for w in fusion.weights],
        "bias": round(fusion.bias, 4),
        "own": {
            key: {"weights": [round(w, 4) for w in lean], "bias": round(bias, 4)}
            for key, (lean, bias) in sorted(fusion.own.items())
        },
    }
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
