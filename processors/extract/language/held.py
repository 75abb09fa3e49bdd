"""Holding a batch of answers to their grammars, token by token. Needs the `train` extra.

`llguidance.torch` is left alone: importing it compiles, and its kernel wants a C++ compiler at run time.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import llguidance.numpy
import torch
from llguidance import LLMatcher, LLTokenizer

from processors.extract.language.grammar import LIMITS
from processors.stage import Completion

_FORBIDDEN = float("-inf")


def matcher(tokenizer: LLTokenizer, grammar: str) -> LLMatcher:
    """A fresh matcher, with limits that take what servers' defaults do not."""
    return LLMatcher(tokenizer, grammar, limits=LIMITS)


@dataclass
class Row:
    """One answer as it grows."""

    matcher: LLMatcher
    most_tokens: int
    tokens: list[int] = field(default_factory=list)
    logarithms: list[float] = field(default_factory=list)
    outside: list[float] = field(default_factory=list)
    #: it ended by itself
    finished: bool = False
    #: nothing more is taken
    closed: bool = False

    def completion(self, tokenizer: LLTokenizer) -> Completion:
        """The answer so far."""
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        # a token may hold a part of a character: the text comes with the token that completes it
        texts = [decode(tokenizer.decode_bytes([token])) for token in self.tokens]
        return Completion(
            untrusted_text="".join(texts) + decode(b"", final=True),
            tokens=tuple(zip(texts, self.logarithms, strict=True)),
            finished=self.finished,
            outside=tuple(self.outside),
        )


class Held:
    """A logits processor for greedy generation; it also keeps what was chosen and how likely it was."""

    def __init__(self, rows: Sequence[Row], tokenizer: LLTokenizer) -> None:
        self._rows = rows
        self._tokenizer = tokenizer
        self._mask = llguidance.numpy.allocate_token_bitmask(len(rows), tokenizer.vocab_size)

    def __call__(self, input_ids: Any, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape (rows, vocabulary) with what a grammar forbids at minus infinity."""
        allowed = self._allowed(scores)
        held = scores.float().masked_fill(~allowed, _FORBIDDEN)
        best = held.argmax(dim=-1)
        inside = held.logsumexp(dim=-1)
        logarithms = (held.gather(1, best[:, None])[:, 0] - inside).tolist()
        outside = (1 - (inside - scores.float().logsumexp(dim=-1)).exp()).clamp(0, 1).tolist()
        for row, token, logarithm, lost in zip(self._rows, best.tolist(), logarithms, outside, strict=True):
            self._take(row, token, logarithm, lost)
        return held

    def _take(self, row: Row, token: int, logarithm: float, outside: float) -> None:
        if row.closed:
            return
        if token in self._tokenizer.eos_tokens:
            row.closed, row.finished = True, row.matcher.is_accepting()
            return
        row.tokens.append(token)
        row.logarithms.append(logarithm)
        row.outside.append(outside)
        if not row.matcher.consume_token(token):
            row.closed = True

    def _allowed(self, scores: torch.Tensor) -> torch.Tensor:
        for index, row in enumerate(self._rows):
            if not row.closed and len(row.tokens) < row.most_tokens and not row.matcher.is_error():
                llguidance.numpy.fill_next_token_bitmask(row.matcher, self._mask, index)
            if row.closed or len(row.tokens) >= row.most_tokens or row.matcher.is_error():
                # cut short: `finished` stays false, unless the answer happens to be complete
                self._mask[index] = 0
                end = self._tokenizer.eos_token
                self._mask[index, end // 32] = self._bit(end % 32)
        bits = torch.from_numpy(self._mask).to(scores.device)
        shifts = torch.arange(32, device=scores.device, dtype=torch.int32)
        allowed = ((bits[:, :, None] >> shifts) & 1).bool().flatten(1)
        missing = scores.shape[1] - allowed.shape[1]
        # a model may have more rows than its tokenizer has tokens
        return torch.nn.functional.pad(allowed, (0, missing)) if missing > 0 else allowed[:, : scores.shape[1]]

    @staticmethod
    def _bit(number: int) -> int:
        """A bit of a signed 32-bit integer."""
        return -(2**31) if number == 31 else 1 << number
