"""The weights with which the tiny language model begins: two layers that can copy already.

Copying ("what followed this token before?") needs a head that looks one token back and, in the layer above, one
that looks for what stands behind the present token. Small models find the pair late, after most of a training that
one CPU core can afford; planted, they begin with it, and training has only to learn where to look.
"""

from __future__ import annotations

from typing import Any, Final

import torch

#: parts of the residual stream: a constant, the token's own code, the code of the token before
_CONSTANT: Final = slice(0, 4)
_OWN: Final = slice(4, 66)
_BEFORE: Final = slice(66, 128)
#: rotary pairs that turn fast tell neighbours apart; those that turn by less than a thousandth a token tell nothing
_FAST, _SLOW = 8, 6
#: how sharply the heads look
_BACK, _MATCH = 80.0, 25.0
#: how much louder a copied token is than the one that stands there
_LOUD: Final = 4.0


@torch.no_grad()
def plant(model: Any, seed: int) -> None:
    """Write the heads into the first two layers of a new model of width 128: 4 heads of 32 on 2 keys and values."""
    random = torch.Generator().manual_seed(seed)
    config = model.config
    width = config.hidden_size
    embedding = model.model.embed_tokens.weight
    embedding.zero_()
    embedding[:, _CONSTANT] = 0.5
    own = _OWN.stop - _OWN.start
    codes = torch.randn(len(embedding), own, generator=random)
    embedding[:, _OWN] = codes / codes.norm(dim=1, keepdim=True)
    # after normalisation each of the parts present has an equal share of this length
    first, second = (width / 2) ** 0.5, (width / 3) ** 0.5
    one_back(model.model.layers[0].self_attn, config, first)
    same_again(model.model.layers[1].self_attn, config, second, random)


def one_back(attention: Any, config: Any, length: float) -> None:
    """Heads 0 and 2 look at the token before, and write its code into the part for it."""
    half = config.head_dim // 2
    turns = config.rope_parameters["rope_theta"] ** (-torch.arange(_FAST) / half)
    strength = (_BACK * config.head_dim**0.5 / _FAST) ** 0.5 / length / 2
    for kv in range(2):
        key, query = kv * config.head_dim, 2 * kv * config.head_dim
        for block, start in ((attention.k_proj.weight, key), (attention.q_proj.weight, query)):
            block[start : start + config.head_dim] = 0.0
        for pair, turn in enumerate(turns.tolist()):
            angle = torch.tensor(-turn)
            attention.k_proj.weight[key + pair, _CONSTANT] = strength
            attention.q_proj.weight[query + pair, _CONSTANT] = strength * torch.cos(angle)
            attention.q_proj.weight[query + half + pair, _CONSTANT] = strength * torch.sin(angle)
    _carry(attention, config, _BEFORE.start, 1 / length)


def same_again(attention: Any, config: Any, length: float, random: torch.Generator) -> None:
    """Heads 0 and 2 look for places behind the present token, and write the code of what stands there."""
    half, own = config.head_dim // 2, _OWN.stop - _OWN.start
    rows = torch.cat([torch.arange(_SLOW, half), torch.arange(half + _SLOW, 2 * half)])
    alike = length**2 * len(rows) / own
    strength = (_MATCH * config.head_dim**0.5 / alike) ** 0.5
    for kv in range(2):
        key, query = kv * config.head_dim, 2 * kv * config.head_dim
        seen = torch.linalg.qr(torch.randn(own, len(rows), generator=random))[0].T * strength
        for block, start, part in ((attention.k_proj, key, _BEFORE), (attention.q_proj, query, _OWN)):
            block.weight[start : start + config.head_dim] = 0.0
            block.weight[start + rows, part] = seen
    _carry(attention, config, _OWN.start, _LOUD / length)


def _carry(attention: Any, config: Any, to: int, strength: float) -> None:
    """Values are the tokens' own codes, half on each of the two; heads 0 and 2 write them to a part."""
    own = _OWN.stop - _OWN.start
    attention.v_proj.weight.zero_()
    for kv in range(2):
        for i in range(min(config.head_dim, own - kv * config.head_dim)):
            at = kv * config.head_dim + i
            attention.v_proj.weight[at, _OWN.start + at] = 1.0
            attention.o_proj.weight[:, 2 * kv * config.head_dim + i] = 0.0
            attention.o_proj.weight[to + at, 2 * kv * config.head_dim + i] = strength
