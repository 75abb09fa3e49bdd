"""Fitting the network: CTC on batches as they come, a learning rate that rises, then falls to nothing."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from rich.progress import Progress
from torch.nn.functional import ctc_loss

from processors.forge.line_reader.aligning import folded
from processors.forge.line_reader.batches import Batch
from processors.forge.line_reader.labelled_strips import Labelled
from processors.forge.line_reader.network import LineNetwork
from processors.ocr.lines import decoding
from processors.ocr.lines.alphabet import BLANK
from processors.ocr.lines.strips import stretched
from processors.ocr.pixels import Grey

_RISING = 0.05
#: Batches between two looks at the loss: each waits for the graphics processor.
_SHOWN = 20
_DECAY = 0.01
_CLIP = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train: a number of batches, or, where a machine is lent by the hour, so many seconds."""

    rate: float
    batches: int = 0
    seconds: float = 0.0

    def done(self, batch: int, seconds: float) -> float:
        """The share of the work that is done."""
        return batch / self.batches if self.batches else seconds / self.seconds


def device() -> torch.device:
    """The graphics processor, where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(network: LineNetwork, batches: Iterator[Batch], plan: Plan, progress: Progress, name: str) -> float:
    """Train in place.

    Returns:
        The mean loss a character over the last hundred batches, of which every twentieth counts.
    """
    where = device()
    network.to(where).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=_DECAY)
    task = progress.add_task(name, total=1.0)
    began, number = time.monotonic(), 0
    losses: list[float] = []
    while (share := plan.done(number, time.monotonic() - began)) < 1.0:
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * _factor(share)
        loss = _loss(network, next(batches), where)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
        optimiser.step()
        number += 1
        if number % _SHOWN == 1:
            losses = [*losses[-4:], float(loss.detach())]
            progress.update(
                task, completed=share, description=f"{name}: batch {number}, loss {np.mean(losses):.4f}"
            )
    progress.update(task, completed=1.0)
    return float(np.mean(losses))


def read(network: LineNetwork, strips: Sequence[Grey]) -> list[str]:
    """What the network reads, the likeliest class at each step."""
    where = device()
    network.to(where).eval()
    said = []
    with torch.no_grad():
        for strip in strips:
            ink = torch.from_numpy(stretched(strip))[None, None].to(where)
            said.append(decoding.text(network(ink)[0].argmax(-1).tolist()))
    return said


def held_out(strips: Sequence[Labelled], said: Sequence[str]) -> float:
    """The share of strips read to the letter; case and blanks do not count."""
    same = [folded(one.text) == folded(text) for one, text in zip(strips, said, strict=True)]
    return sum(same) / max(len(same), 1)


def _factor(share: float) -> float:
    if share < _RISING:
        return share / _RISING
    return 0.5 * (1.0 + math.cos(math.pi * (share - _RISING) / (1.0 - _RISING)))


def _loss(network: LineNetwork, batch: Batch, where: torch.device) -> torch.Tensor:
    strips = torch.from_numpy(batch.strips).to(where, non_blocking=True).float().div_(255.0)
    with torch.autocast(where.type, torch.bfloat16, enabled=where.type == "cuda"):
        said = network(strips[:, None])
    steps = torch.from_numpy(np.minimum(batch.widths // decoding.STEP + 2, said.shape[1]))
    loss: torch.Tensor = ctc_loss(
        said.transpose(0, 1),
        torch.from_numpy(batch.said).to(where),
        steps.to(where),
        torch.from_numpy(batch.characters).to(where),
        blank=BLANK,
        zero_infinity=True,
    )
    return loss
