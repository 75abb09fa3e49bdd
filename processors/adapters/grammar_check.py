"""Whether a text is a sentence of a grammar, read byte by byte: what a server says is not believed."""

from __future__ import annotations

from typing import Final

from llguidance import LLMatcher, LLParserLimits, LLTokenizer

#: Room for windows of 20,000 words; the defaults end before 12,000. No errors with the document's words in them.
_LIMITS: Final = LLParserLimits(
    initial_lexer_fuel=100_000_000, precompute_large_lexemes=False, verbose_errors=False
)
#: 256 tokens, each a byte, and a few that no text has: the check needs no model's own
_BYTES: Final = LLTokenizer("byte")


class Grammar:
    """A grammar as llguidance reads it."""

    def __init__(self, lark: str) -> None:
        """Compile; 20 to 100 ms for a page window of 3,000 words.

        Args:
            lark: Lark with llguidance's additions

        Raises:
            ValueError: it is none. The text quotes nothing of it.
        """
        self._matcher = LLMatcher(_BYTES, LLMatcher.grammar_from_lark(lark), log_level=0, limits=_LIMITS)
        if self._matcher.is_error():
            raise ValueError("no grammar")

    def takes(self, untrusted_text: str, *, whole: bool) -> bool:
        """Whether it is a sentence of the grammar; without `whole`, the beginning of one."""
        self._matcher.reset()
        untrusted = list(untrusted_text.encode("utf-8", "replace"))
        taken = self._matcher.try_consume_tokens(untrusted)
        return taken == len(untrusted) and (not whole or self._matcher.is_accepting())
