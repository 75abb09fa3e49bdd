"""A causal language model of Mistral's architecture in this process. Needs the `train` extra.

Weights come from a folder on this machine and nowhere else; see `weights.py` for what such a folder may hold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM, GenerationConfig

from processors.extract.language import chat
from processors.extract.language.held import Held, Row, matcher
from processors.extract.language.weights import ADAPTER, check
from processors.stage import Completion, Prompt

_log = structlog.get_logger()


class TransformersModel:
    """Answers prompts in batches, greedily, each within its grammar."""

    def __init__(
        self,
        folder: Path,
        *,
        digest: str = "",
        name: str = "",
        batch: int = 8,
        seconds: float = 300.0,
        device: str = "",
    ) -> None:
        """Load a model.

        Args:
            folder: weights, tokenizer and, in `adapter/`, a LoRA adapter for them
            digest: what the folder must have, see `weights.digest`; "" = any
            name: of the model, for the provenance; without it the folder's
            batch: prompts that are answered side by side
            seconds: for all prompts of one call
            device: "cpu" or "cuda"; "" = a GPU where there is one. On a GPU numbers are bf16, else fp32

        Raises:
            WeightsRefused: the folder is not what it should be.
        """
        self.digest = check(folder, digest)
        self.name = f"{name or folder.name} transformers {transformers.__version__}"
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=torch.bfloat16 if self._device == "cuda" else torch.float32,
        )
        if (folder / ADAPTER / "adapter_config.json").is_file():
            model = PeftModel.from_pretrained(model, folder / ADAPTER, local_files_only=True).merge_and_unload()
        self._model = model.to(self._device).eval()
        self._chat = chat.load(folder)
        self._guide = self._chat.guide(model.config.vocab_size)
        #: prompts that are answered side by side
        self.batch = batch
        self._seconds = seconds

    def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
        """An answer to each prompt, in order; unfinished where a prompt is too long or time ran out."""
        until = monotonic() + self._seconds
        asked = [self._chat.encode(json.loads(prompt.messages.read_text(encoding="utf-8"))) for prompt in prompts]
        answers = [Completion("", finished=False)] * len(prompts)
        fitting = [i for i, ids in enumerate(asked) if self._room(ids) > 0]
        if len(fitting) < len(prompts):
            _log.warning("prompts_too_long", prompts=len(prompts) - len(fitting), context=self._context)
        # prompts of like length side by side: the padding is computed too
        fitting.sort(key=lambda i: len(asked[i]))
        for start in range(0, len(fitting), self.batch):
            chosen = fitting[start : start + self.batch]
            if monotonic() >= until:
                _log.warning("prompts_out_of_time", prompts=len(fitting) - start, seconds=self._seconds)
                break
            rows = [
                Row(
                    matcher(self._guide, prompts[i].grammar.read_text(encoding="utf-8")),
                    min(prompts[i].most_tokens, self._room(asked[i])),
                )
                for i in chosen
            ]
            self._generate([asked[i] for i in chosen], rows, until - monotonic())
            for i, row in zip(chosen, rows, strict=True):
                answers[i] = row.completion(self._guide)
        return answers

    def tokens_of(self, prompt: Prompt) -> int:
        """How many tokens a prompt has."""
        return len(self._chat.encode(json.loads(prompt.messages.read_text(encoding="utf-8"))))

    @property
    def _context(self) -> int:
        return int(self._model.config.max_position_embeddings)

    def _room(self, ids: Sequence[int]) -> int:
        """Tokens that an answer may have behind this prompt."""
        return self._context - len(ids)

    def _generate(self, asked: Sequence[Sequence[int]], rows: Sequence[Row], seconds: float) -> None:
        """Let the rows grow until each has ended."""
        width = max(map(len, asked))
        ids = torch.full((len(asked), width), self._chat.pad)
        mask = torch.zeros_like(ids)
        for index, one in enumerate(asked):
            ids[index, width - len(one) :] = torch.tensor(one)
            mask[index, width - len(one) :] = 1
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            # one more than any row may have: the end is a token too
            max_new_tokens=max(row.most_tokens for row in rows) + 1,
            max_time=max(seconds, 0.01),
            eos_token_id=self._chat.end,
            pad_token_id=self._chat.pad,
            use_cache=True,
        )
        with torch.inference_mode():
            self._model.generate(
                input_ids=ids.to(self._device),
                attention_mask=mask.to(self._device),
                generation_config=settings,
                logits_processor=transformers.LogitsProcessorList([Held(rows, self._guide)]),
            )
