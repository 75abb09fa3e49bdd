"""The training loop of the tiny language model: recall first, then forms; the same seed gives the same weights.

The model begins with heads that copy (see `tiny_start`). Bare recall teaches where to look, forms the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final

import torch
from tokenizers import Tokenizer
from transformers import MistralConfig, MistralForCausalLM

from processors.document_types import DocumentType
from processors.forge.language.answer_loss import answer_loss, padded
from processors.forge.language.tiny_forms import Made, generated, own, recall
from processors.forge.language.tiny_start import plant
from processors.forge.language.tiny_tokenizer import BEGIN, END, PAD, VOCABULARY, control_id, prompt_text

#: part of the steps that is bare recall, and examples in a step of it; one of forms has half as many
RECALL_SHARE: Final = 0.35
BATCH: Final = 32
_RATE, _MUON_RATE, _WARM_UP = 2e-3, 1e-2, 100
#: longer examples are left out: they would widen their whole batch
_LONGEST: Final = 448

Examples = Callable[[Random], Made]


def new_model(seed: int, tokenizer: Tokenizer) -> Any:
    """An untrained model of 0.9 million parameters, in fp32."""
    torch.manual_seed(seed)
    config = MistralConfig(
        vocab_size=VOCABULARY,
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=1024,
        sliding_window=None,
        rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        tie_word_embeddings=True,
        bos_token_id=control_id(tokenizer, BEGIN),
        eos_token_id=control_id(tokenizer, END),
        pad_token_id=control_id(tokenizer, PAD),
    )
    model = MistralForCausalLM(config)
    plant(model, seed)
    return model


def train(
    model: Any,
    tokenizer: Tokenizer,
    types: Mapping[str, DocumentType],
    *,
    seed: int,
    steps: int,
    progress: Callable[[int, float], None],
) -> None:
    """Train in place on one thread; `progress` gets each step's number, counted from 1, and its loss."""
    torch.set_num_threads(1)
    random = Random(seed)  # noqa: S311 - made forms, no secrets
    schools = _schools(types)
    chosen = optimisers(model)
    model.train()
    for step in range(steps):
        rate = rate_at(step, step / steps)
        for optimiser in chosen:
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * rate
        batch = _batch(random, step / steps, schools, tokenizer)
        loss = answer_loss(model, *padded(batch, control_id(tokenizer, PAD)))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in chosen:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        progress(step + 1, float(loss.detach()))
    model.eval()


def encoded(made: Made, tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The tokens of prompt and answer."""
    prompt: list[int] = tokenizer.encode(prompt_text(made.messages)).ids
    answer: list[int] = tokenizer.encode(made.answer).ids
    return prompt, [*answer, control_id(tokenizer, END)]


def corpus(random: Random, types: Mapping[str, DocumentType], documents: int) -> Iterator[str]:
    """Texts from which the tokenizer learns its pieces."""
    for _ in range(documents):
        for made in (recall(random), generated(random), own(random, types)):
            yield "\n".join([*(message["content"] for message in made.messages), made.answer])


def _schools(types: Mapping[str, DocumentType]) -> Examples:
    def one(random: Random) -> Made:
        draw = random.random()
        if draw < 0.15:
            return recall(random)
        return generated(random) if draw < 0.6 else own(random, types)

    return one


def _batch(
    random: Random, part: float, schools: Examples, tokenizer: Tokenizer
) -> list[tuple[list[int], list[int]]]:
    """The examples of a step, by the part of the training that is over."""
    if part < RECALL_SHARE:
        return [_example(random, recall, tokenizer) for _ in range(BATCH)]
    return [_example(random, schools, tokenizer) for _ in range(BATCH // 2)]


def _example(random: Random, examples: Examples, tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    while True:
        prompt, answer = encoded(examples(random), tokenizer)
        if len(prompt) + len(answer) <= _LONGEST:
            return prompt, answer


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
