"""The training of the small language model: batches that depend on their number alone, on a CPU or a GPU.

A batch is drawn from the seed and its number, whichever process makes it, so the same seed, steps and versions see
the same examples; on one kind of machine they give the same weights but for the order in which a GPU adds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import torch
from tokenizers import Tokenizer
from torch.utils.data import DataLoader, Dataset
from transformers import MistralConfig, MistralForCausalLM

from processors.forge.language.answer_loss import padded
from processors.forge.language.cut_documents import Source
from processors.forge.language.made_forms import Made, generated, own, recall
from processors.forge.language.optimising import optimisers, rate_at
from processors.forge.language.small_tokenizer import BEGIN, END, PAD, control_id, prompt_text

CONTEXT: Final = 3_072
#: words of the windows; 438 are what reading puts into this context
_WINDOWS: Final = (60, 120, 200, 300, 438, 438, 438)
#: batches that are made together: examples of like length go into one, or half of each would be padding
_TOGETHER: Final = 4
#: longer examples are left out
_LONGEST: Final = 2_304
#: what the words of the prompt count beside those of the answer: to foresee a document is to know what is in it
_PROMPT_SHARE: Final = 0.2
_IGNORED: Final = -100


@dataclass(frozen=True)
class Size:
    """How large a model is; heads have 32 numbers."""

    width: int
    inside: int
    layers: int
    heads: int
    keys: int


#: "small" is the largest whose files stay below 6 MB
SIZES: Final = {"small": Size(192, 480, 6, 6, 2), "medium": Size(384, 1_024, 8, 12, 4)}


def new_model(size: Size, seed: int, tokenizer: Tokenizer, context: int = CONTEXT) -> Any:
    """An untrained model, in fp32."""
    torch.manual_seed(seed)
    return MistralForCausalLM(
        MistralConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=size.width,
            intermediate_size=size.inside,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            num_key_value_heads=size.keys,
            head_dim=32,
            max_position_embeddings=context,
            sliding_window=None,
            rope_parameters={"rope_type": "default", "rope_theta": 1e5},
            tie_word_embeddings=True,
            bos_token_id=control_id(tokenizer, BEGIN),
            eos_token_id=control_id(tokenizer, END),
            pad_token_id=control_id(tokenizer, PAD),
        )
    )


Batch = tuple[torch.Tensor, torch.Tensor]


@dataclass
class Groups(Dataset[list[Batch]]):
    """Ids and targets (see `answer_loss.padded`) of a few batches at a time, examples of like length in one."""

    source: Source
    tokenizer: Tokenizer
    seed: int
    groups: int
    #: tokens of a batch at most, padding included
    tokens: int

    def __len__(self) -> int:
        return self.groups

    def __getitem__(self, group: int) -> list[Batch]:
        random = Random(f"{self.seed} {group}")  # noqa: S311 - examples, no secrets
        pool: list[tuple[list[int], list[int]]] = []
        room = _TOGETHER * self.tokens
        while room > 0:
            made = encoded(self._one(random, random.choice(_WINDOWS), group / self.groups), self.tokenizer)
            length = len(made[0]) + len(made[1])
            if length <= _LONGEST:
                pool.append(made)
                room -= length
        pool.sort(key=lambda one: len(one[0]) + len(one[1]))
        batches: list[list[tuple[list[int], list[int]]]] = [[]]
        for one in pool:
            # sorted: the last is the longest
            if batches[-1] and (len(one[0]) + len(one[1])) * (len(batches[-1]) + 1) > self.tokens:
                batches.append([])
            batches[-1].append(one)
        random.shuffle(batches)
        return [padded(batch, control_id(self.tokenizer, PAD)) for batch in batches]

    def _one(self, random: Random, words: int, part: float) -> Made:
        """Forms that are quickly learned first, real documents more and more."""
        made = (0.6 if part < 0.1 else 0.25) if words <= 120 else (0.3 if part < 0.1 else 0.06)
        if random.random() >= made:
            return self.source.example(random, words)
        draw = random.random()
        if draw < 0.3:
            return recall(random)
        return generated(random) if draw < 0.75 else own(random, self.source.types)


def encoded(made: Made, tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The tokens of prompt and answer."""
    prompt: list[int] = tokenizer.encode(prompt_text(made.messages)).ids
    answer: list[int] = tokenizer.encode(made.answer).ids
    return prompt, [*answer, control_id(tokenizer, END)]


def loss_of(model: Any, ids: torch.Tensor, targets: torch.Tensor, pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What is made small, and of it the part of the answers."""
    with torch.autocast(ids.device.type, torch.bfloat16):
        states = model.model(input_ids=ids, use_cache=False).last_hidden_state
        asked = targets != _IGNORED
        answers = model.lm_head(states[asked])
        following = torch.roll(ids, -1, 1)
        rest = (following != pad) & ~asked
        rest[:, -1] = False
        prompts = model.lm_head(states[rest])
    answer = torch.nn.functional.cross_entropy(answers.float(), targets[asked])
    prompt = torch.nn.functional.cross_entropy(prompts.float(), following[rest])
    return answer + _PROMPT_SHARE * prompt, answer


def train(
    model: Any,
    groups: Groups,
    *,
    workers: int,
    seconds: float,
    progress: Callable[[int, float, float], None],
    threads: int = 1,
) -> int:
    """Train in place, on the GPU where there is one.

    Args:
        model: an untrained one
        groups: what it is trained on
        workers: processes that make examples; 0 = this one
        seconds: of wall time at most; the rates fall in time for it
        progress: gets each step's number, the part that is over, and the loss of answers
        threads: of the CPU

    Returns:
        The number of steps.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(threads)
    model.to(device).train()
    chosen = optimisers(model)
    pad = control_id(groups.tokenizer, PAD)
    start, step = time.monotonic(), 0
    for number, batches in enumerate(
        DataLoader(groups, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None)
    ):
        part = max(number / groups.groups, (time.monotonic() - start) / seconds)
        if part >= 1:
            break
        for ids, targets in batches:
            rate = rate_at(step, part)
            for optimiser in chosen:
                for group in optimiser.param_groups:
                    group["lr"] = group["peak"] * rate
            loss, answer = loss_of(model, ids.to(device), targets.to(device), pad)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimiser in chosen:
                optimiser.step()
                optimiser.zero_grad(set_to_none=True)
            step += 1
            if step % 100 == 0:
                progress(step, part, float(answer.detach()))
    model.to("cpu").eval()
    return step
