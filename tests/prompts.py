"""Prompts for the tests of language models."""

from __future__ import annotations

import json
from pathlib import Path

from processors.stage import Prompt

WORDS = "Gross total 23.40 to be paid until 2026-03-01 by Łódź №".split()


def grounded(words: list[str]) -> str:
    """A grammar of one field whose value is a run of these words, or null."""
    chunks = json.dumps([part for word in words for part in (word, " ")][:-1], ensure_ascii=False)
    return f"""%llguidance {{}}
start: "{{\\"total\\":" value "}}"
value: "\\"" SUB "\\"" | "null"
SUB: SUBRAW & /[^ ](.|\\n)*/ & /(.|\\n){{0,39}}[^ ]/
SUBRAW: %regex {{"substring_chunks": {chunks}}}
"""


def prompt(
    folder: Path, name: str = "fields-0", *, text: str = "", grammar: str = "", most_tokens: int = 200
) -> Prompt:
    """A prompt whose files lie in the folder."""
    messages, lark = folder / f"{name}.messages", folder / f"{name}.grammar"
    said = [
        {"role": "system", "content": "Answer in JSON."},
        {"role": "user", "content": text or f"{name}: {' '.join(WORDS)}"},
    ]
    messages.write_text(json.dumps(said), encoding="utf-8")
    lark.write_text(grammar or grounded(WORDS), encoding="utf-8")
    return Prompt(name, messages, lark, most_tokens)
