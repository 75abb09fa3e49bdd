"""A causal language model of Mistral's architecture with random weights, and a small loop that lets it speak.

It knows nothing: what it says within a grammar is right by the grammar alone. Needs the `train` extra.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llguidance.hf
import numpy as np
import torch
from llguidance import LLMatcher
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast

from processors.stage import Completion, Prompt
from tests.prompts import WORDS

_CHAT = "{% for one in messages %}[{{ one.role }}]{{ one.content }}{% endfor %}[answer]"
_END = "</s>"


def build(folder: Path, seed: int = 7) -> Path:
    """Weights (safetensors), tokenizer and chat template as a model folder has them: 60,000 parameters."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<s>", _END], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    raw.train_from_iterator([" ".join(WORDS)] * 50, trainer)
    fast: Any = PreTrainedTokenizerFast
    tokenizer = fast(tokenizer_object=raw, bos_token="<s>", eos_token=_END, chat_template=_CHAT)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    config = MistralConfig(
        vocab_size=raw.get_vocab_size(),
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2_048,
        bos_token_id=0,
        eos_token_id=1,
    )
    MistralForCausalLM(config).save_pretrained(folder)
    return folder


class TinyMistral:
    """Speaks greedily within a grammar, one prompt after the other."""

    digest = ""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
        model: Any = MistralForCausalLM.from_pretrained(folder, use_safetensors=True)
        self._model = model.eval()
        self._guide = llguidance.hf.from_tokenizer(self._tokenizer, n_vocab=self._model.config.vocab_size)

    def complete(self, prompts: Sequence[Prompt]) -> Sequence[Completion]:
        """See `ports.LanguageModel`."""
        return [self._one(prompt) for prompt in prompts]

    def _one(self, prompt: Prompt) -> Completion:
        messages = json.loads(prompt.messages.read_text())
        text = self._tokenizer.apply_chat_template(messages, tokenize=False)
        ids = torch.tensor([self._tokenizer(text, add_special_tokens=False)["input_ids"]])
        matcher = LLMatcher(self._guide, LLMatcher.grammar_from_lark(prompt.grammar.read_text()))
        tokens: list[tuple[str, float]] = []
        # A token may hold a part of a character: the text comes with the token that completes it.
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        cache, finished = None, False
        with torch.inference_mode():
            while len(tokens) < prompt.most_tokens and not finished:
                said = self._model(input_ids=ids, past_key_values=cache, use_cache=True)
                cache = said.past_key_values
                allowed = torch.from_numpy(np.frombuffer(matcher.compute_logit_bias(), dtype=np.uint8) > 0)
                figures = said.logits[0, -1].masked_fill(~allowed, float("-inf")).log_softmax(-1)
                best = int(figures.argmax())
                if best == self._guide.eos_token:
                    finished = True
                    break
                assert matcher.consume_token(best), matcher.get_error()
                tokens.append((decode(self._guide.decode_bytes([best])), float(figures[best])))
                ids = torch.tensor([[best]])
                finished = matcher.is_stopped()
        return Completion("".join(part for part, _ in tokens), tuple(tokens), finished)
