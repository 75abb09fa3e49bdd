"""Fitting the upper layers: batches of windows, the loss of pointers, one seed for everything."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from processors.extract.encoder.model import Lower
from processors.extract.encoder.torch_network import Upper
from processors.forge.reader.examples import Example

BATCH = 8
#: lengths are padded to multiples of this: few shapes keep the memory of the kernels small
PAD = 64
RATE, HEAD_RATE = 1.5e-4, 1.5e-3
WARM_UP = 0.08
#: share of tokens whose state is blanked, so that no single word decides
BLANKED = 0.06
#: share of windows trained without layout, so that a page whose order alone is known is read too
FLAT = 0.1

Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Seen:
    """An example with the states that the frozen layers give for it."""

    example: Example
    #: shape (tokens, 384)
    states: Halves


def look(lower: Lower, some: Sequence[Example], progress: Callable[[int], None] = lambda _: None) -> list[Seen]:
    """Run the frozen layers once over every window, as production runs them."""
    seen = []
    for number, one in enumerate(some):
        seen.append(Seen(one, lower.states(one.window).astype(np.float16)))
        progress(number)
    return seen


def fit(
    upper: Upper,
    seen: Sequence[Seen],
    vectors: Any,
    fields: Sequence[str],
    *,
    epochs: float,
    seed: int,
    progress: Callable[[float, float], None] = lambda _share, _loss: None,
) -> None:
    """Train in place.

    Args:
        upper: what is trained
        seen: the examples
        vectors: of the fields' words, shape (fields, 384)
        fields: "type/field" of each vector
        epochs: how often each example is seen
        seed: decides order and blanks
        progress: is told the share done, 0 to 1, and the mean loss of late
    """
    torch.manual_seed(seed)
    dice = random.Random(seed)  # noqa: S311
    number = {name: index for index, name in enumerate(fields)}
    heads = [p for name, p in upper.named_parameters() if not name.startswith("layers")]
    optimiser = torch.optim.AdamW(
        [{"params": upper.layers.parameters(), "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    total = max(int(epochs * len(seen) / BATCH), 1)
    warm = max(WARM_UP * total, 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(1 - step / total, 0.02))
    )
    upper.train()
    done, recent = 0, 0.0
    while done < total:
        for batch in _batches(seen, dice):
            if done >= total:
                break
            loss = _loss(upper, [seen[i] for i in batch], vectors, number)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            recent += (float(loss.detach()) - recent) * 0.05
            progress(done / total, recent)
    upper.eval()


def _batches(seen: Sequence[Seen], dice: random.Random) -> list[list[int]]:
    """Windows of about the same length together, in an order of chance."""
    order = sorted(range(len(seen)), key=lambda i: (len(seen[i].states) // PAD, dice.random()))
    batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    dice.shuffle(batches)
    return batches


def arrays(some: Sequence[Example]) -> tuple[Any, Any, Any]:
    """Ids, layout and mask of some windows, padded."""
    longest = -(-max(len(one.window.ids) for one in some) // PAD) * PAD
    ids = np.zeros((len(some), longest), np.int64)
    places = np.zeros((len(some), longest, some[0].window.layout.shape[1]), np.int64)
    mask = np.zeros((len(some), longest), np.float32)
    for row, one in enumerate(some):
        count = len(one.window.ids)
        ids[row, :count], places[row, :count], mask[row, :count] = one.window.ids, one.window.layout, 1
    return torch.from_numpy(ids), torch.from_numpy(places), torch.from_numpy(mask)


def _loss(upper: Upper, batch: Sequence[Seen], vectors: Any, number: dict[str, int]) -> Any:
    _, places, mask = arrays([one.example for one in batch])
    states = torch.zeros(*mask.shape, batch[0].states.shape[1])
    for row, one in enumerate(batch):
        states[row, : len(one.states)] = torch.from_numpy(one.states.astype(np.float32))
    blank = (torch.rand(mask.shape) < BLANKED) & (torch.arange(mask.shape[1]) > 0)
    states = states.masked_fill(blank[..., None], 0.0)
    flat = torch.rand(len(batch)) < FLAT
    places = places.masked_fill(flat[:, None, None], 0)
    with torch.autocast("cpu", torch.bfloat16):
        pointers = upper(states, places, mask)
    asked = upper.asked(vectors)
    losses = []
    for side in (0, 1):
        scores = torch.einsum("btd,fd->bft", pointers[side].float(), asked[side])
        scores = scores.masked_fill(mask[:, None, :] == 0, -1e4)
        chances = torch.log_softmax(scores, dim=-1)
        for row, one in enumerate(batch):
            for name, labels in one.example.targets.items():
                mine = chances[row, number[name]]
                if not labels:
                    losses.append(-mine[0])
                    continue
                per_label = [-torch.logsumexp(mine[sorted({p[side] for p in places_})], 0) for places_ in labels]
                losses.append(torch.stack(per_label).mean())
    return torch.stack(losses).mean()
