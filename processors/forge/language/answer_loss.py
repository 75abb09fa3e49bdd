"""The loss of answers: a causal model learns to answer, not to write documents or questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import torch

_IGNORED: Final = -100


def answer_loss(model: Any, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean loss of the answers' tokens; the head sees no others. Padded at the right, so without a mask.

    Args:
        model: a causal model with `model` and `lm_head`
        ids: tokens, shape (examples, tokens)
        targets: the token that follows each, -100 where it is none of an answer; the same shape
    """
    with torch.autocast(ids.device.type, torch.bfloat16):
        states = model.model(input_ids=ids, use_cache=False).last_hidden_state
        asked = targets != _IGNORED
        logits = model.lm_head(states[asked])
    return torch.nn.functional.cross_entropy(logits.float(), targets[asked])


def padded(batch: Sequence[tuple[list[int], list[int]]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and targets of prompts with answers; widths are multiples of 32, since oneDNN keeps each shape it saw."""
    width = max(len(prompt) + len(answer) for prompt, answer in batch)
    width = math.ceil(width / 32) * 32
    ids = torch.full((len(batch), width), pad)
    targets = torch.full((len(batch), width), _IGNORED)
    for row, (prompt, answer) in enumerate(batch):
        whole = [*prompt, *answer]
        ids[row, : len(whole)] = torch.tensor(whole)
        targets[row, len(prompt) - 1 : len(whole) - 1] = torch.tensor(answer)
    return ids, targets
