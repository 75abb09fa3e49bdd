"""Optimisers of a small language model, and how fast they go at each step."""

from __future__ import annotations

import math
from typing import Any, Final

import torch

#: full speed, for the matrices inside and for the rest; steps until it is reached
_MUON_RATE: Final = 1e-2
_RATE: Final = 2e-3
_WARM_UP: Final = 100


def rate_at(step: int, part: float) -> float:
    """Warm-up, then half a cosine down to a twentieth, by the part of the training that is over."""
    warm = min(1.0, (step + 1) / _WARM_UP)
    return warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * part)))


def optimisers(model: Any) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside, with which copying came in fewer steps, AdamW for the rest."""
    inside = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    rest = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    return [
        torch.optim.Muon(
            [{"params": inside, "peak": _MUON_RATE}], lr=_MUON_RATE, weight_decay=0.01, adjust_lr_fn="original"
        ),
        torch.optim.AdamW([{"params": rest, "peak": _RATE}], lr=_RATE, betas=(0.9, 0.95), weight_decay=0.01),
    ]
