"""The trained half of the reader on torch: the upper layers of the encoder, layout, and pointers to values."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel

from processors.extract.encoder.units import HEIGHTS, PLACES, STEPS

#: layers of MiniLM that stay as published: their output for a page is computed once, however long training lasts
FROZEN = 3
WIDTH = 384
#: width in which a token and a question are compared
POINTER = 256


class Upper(nn.Module):
    """States behind the frozen layers and places on the page to pointers."""

    def __init__(self, bert: Any, questions: int) -> None:
        """Start from the published layers.

        Args:
            bert: MiniLM
            questions: how many fields get a vector of their own beside the one of their words
        """
        super().__init__()
        self.layers = copy.deepcopy(bert.encoder.layer[FROZEN:])
        sizes = [STEPS + 1] * (PLACES - 1) + [HEIGHTS + 1]
        self.places = nn.ModuleList([nn.Embedding(size, WIDTH, padding_idx=0) for size in sizes])
        for table in self.places.parameters():
            nn.init.zeros_(table)
        self.tokens = nn.ModuleList([nn.Linear(WIDTH, POINTER) for _ in range(2)])
        self.questions = nn.ModuleList([nn.Linear(WIDTH, POINTER) for _ in range(2)])
        self.own = nn.Embedding(questions, WIDTH)
        # Not nothing: the words for the first and the last day of a period are nearly the same vector.
        nn.init.normal_(self.own.weight, std=0.5)

    def forward(self, states: Any, layout: Any, mask: Any) -> tuple[Any, Any]:
        """States (windows, tokens, 384), layout (windows, tokens, 5), mask (windows, tokens) to token pointers.

        Returns:
            For the start and for the end of a value, shape (windows, tokens, 256).
        """
        for column, table in enumerate(self.places):
            states = states + table(layout[..., column])
        states = through(self.layers, states, mask)
        return self.tokens[0](states), self.tokens[1](states)

    def asked(self, vectors: Any) -> tuple[Any, Any]:
        """Vectors of all fields' words, shape (fields, 384), to question pointers, twice (fields, 256)."""
        # Vectors of words have length 1: brought to the size of a state, or the pointers would begin at nothing.
        vectors = vectors * WIDTH**0.5 + self.own.weight
        return tuple(one(vectors) / POINTER**0.5 for one in self.questions)


def through(layers: Any, states: Any, mask: Any) -> Any:
    """States through encoder layers; padding is not attended to."""
    shut = (1.0 - mask[:, None, None, :].to(states.dtype)) * torch.finfo(states.dtype).min
    for layer in layers:
        found = layer(states, attention_mask=shut)
        states = found[0] if isinstance(found, tuple) else found
    return states


def minilm(folder: Path, attention: str = "sdpa") -> Any:
    """The published weights, from a local folder; never from the network."""
    # No dropout: the fast attention kernels have none, and blanked tokens (`fitting.BLANKED`) do its work.
    return AutoModel.from_pretrained(
        folder,
        local_files_only=True,
        attn_implementation=attention,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    ).eval()
