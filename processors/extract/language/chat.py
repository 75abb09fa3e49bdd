"""Chat messages to tokens, for a tokenizer from a local folder. Needs the `train` extra."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import llguidance.hf
from llguidance import LLTokenizer
from transformers import AutoTokenizer

from processors.extract.language.weights import WeightsRefused

Messages = Sequence[Mapping[str, str]]


class Chat(Protocol):
    """A tokenizer with a chat form."""

    #: of an answer
    end: int
    pad: int

    def encode(self, messages: Messages) -> list[int]:
        """The tokens of a prompt, up to where the answer begins."""
        ...

    def encode_answer(self, text: str) -> list[int]:
        """The tokens of an answer, the one that ends it included."""
        ...

    def guide(self, vocabulary: int) -> LLTokenizer:
        """The same tokens for llguidance, for a model with so many."""
        ...


def load(folder: Path) -> Chat:
    """The tokenizer of a model folder, never from the network.

    Raises:
        WeightsRefused: it has no chat template, or is a Tekken one and mistral-common is not installed.
    """
    if (folder / "tokenizer.json").is_file():
        return _Fast(folder)
    if find_spec("mistral_common") is None:
        raise WeightsRefused("tekken.json needs the package mistral-common, or a tokenizer.json beside it")
    return _Tekken(folder)


class _Fast:
    """`tokenizer.json` and a chat template."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        if self._tokenizer.chat_template is None:
            raise WeightsRefused("the tokenizer has no chat template")
        self.end: int = self._tokenizer.eos_token_id
        self.pad: int = self.end if self._tokenizer.pad_token_id is None else self._tokenizer.pad_token_id
        control = {str(token) for token in self._tokenizer.added_tokens_decoder.values()}
        longest_first = sorted(control, key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first))) if control else None

    def encode(self, messages: Messages) -> list[int]:
        quiet = [{**message, "content": self._without_control(message["content"])} for message in messages]
        text = self._tokenizer.apply_chat_template(quiet, tokenize=False, add_generation_prompt=True)
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def encode_answer(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return [*ids, self.end]

    def guide(self, vocabulary: int) -> LLTokenizer:
        return llguidance.hf.from_tokenizer(self._tokenizer, n_vocab=vocabulary, eos_token=self.end)

    def _without_control(self, text: str) -> str:
        """A document may print "[/INST]"; with a blank in it, it ends no question."""
        while self._control and self._control.search(text):
            text = self._control.sub(lambda match: f"{match[0][:1]} {match[0][1:]}", text)
        return text


class _Tekken:
    """`tekken.json` through mistral-common, which keeps control tokens and text apart by itself."""

    def __init__(self, folder: Path) -> None:
        mistral = import_module("mistral_common.tokens.tokenizers.mistral")

        self._tokenizer: Any = mistral.MistralTokenizer.from_file(str(folder / "tekken.json"))
        self._plain: Any = self._tokenizer.instruct_tokenizer.tokenizer
        self.end: int = self._plain.eos_id
        self.pad: int = self._plain.pad_id if self._plain.pad_id >= 0 else self.end

    def encode(self, messages: Messages) -> list[int]:
        requests = import_module("mistral_common.protocol.instruct.request")

        request = requests.ChatCompletionRequest.model_validate(
            {"messages": json.loads(json.dumps(list(messages)))}
        )
        tokens: list[int] = self._tokenizer.encode_chat_completion(request).tokens
        return tokens

    def encode_answer(self, text: str) -> list[int]:
        ids: list[int] = self._plain.encode(text, bos=False, eos=True)
        return ids

    def guide(self, vocabulary: int) -> LLTokenizer:
        guidance = import_module("mistral_common.guidance.tokenizer")

        made: LLTokenizer = guidance.from_mistral_tokenizer(self._tokenizer)
        if made.vocab_size > vocabulary:
            raise WeightsRefused(f"the tokenizer has {made.vocab_size} tokens, the model {vocabulary}")
        return made
