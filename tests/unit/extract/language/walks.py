"""Random walks through a grammar: what a model without any sense could say."""

from __future__ import annotations

from random import Random

from llguidance import LLMatcher, LLTokenizer

#: every byte is a token: no tokenizer can say more
BYTES = LLTokenizer("byte")


def walk(grammar: str, seed: int, most: int = 60_000) -> str:
    """A sentence of the grammar, byte by byte, each drawn evenly among those allowed."""
    random = Random(seed)
    matcher = LLMatcher(BYTES, grammar)
    assert not matcher.is_error(), matcher.get_error()
    said = bytearray()
    while len(said) < most:
        allowed = [token for token, bias in enumerate(matcher.compute_logit_bias()) if bias]
        assert allowed, matcher.get_error()
        token = random.choice(allowed)
        if token in BYTES.eos_tokens:
            return said.decode()
        assert matcher.consume_token(token)
        said.append(token)
        if matcher.is_stopped():
            assert matcher.is_accepting(), matcher.get_error()
            return said.decode()
    raise AssertionError("no end")


def accepts(grammar: str, text: str) -> bool:
    """Whether a text is a sentence of the grammar."""
    matcher = LLMatcher(BYTES, grammar)
    assert not matcher.is_error(), matcher.get_error()
    return matcher.try_consume_tokens(list(text.encode())) == len(text.encode()) and matcher.is_accepting()
