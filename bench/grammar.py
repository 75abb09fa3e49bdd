"""What the grammar of a window costs: to write, to compile, and for the mask of each token.

    .venv/bin/python -m bench.grammar [--tokenizer FILE] [--json]

The text is made (words, dates, amounts in the mix of a form); the types are those of `schemas/documents`. CPU time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from llguidance import LLMatcher, LLTokenizer

from processors import document_types
from processors.extract.language.grammar import grammar
from processors.extract.language.shape import Members, groups, shape
from processors.extract.language.windows import Window, windows
from processors.pages import Page, Word

REPOSITORY = Path(__file__).resolve().parents[1]
SIZES = (300, 3_000)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU."""

    type: str
    words: int
    write: float
    compile: float
    mask_mean: float
    mask_p99: float
    mask_max: float
    #: tokens of the walk that the masks were made for
    tokens: int


def made_window(words: int, seed: int = 1) -> Window:
    """One window of so many words."""
    random = Random(seed)
    syllables = "ba ko ri lu sen tor mi vel dan gro pi sta ne fo".split()
    made = []
    for index in range(words):
        draw = random.random()
        text = "".join(random.choices(syllables, k=random.randint(1, 4)))
        if draw < 0.05:
            text = f"{random.randint(1, 12):02}/{random.randint(1, 28):02}/{random.randint(1990, 2030)}"
        elif draw < 0.15:
            text = f"${random.randint(1, 99_999):,}.{random.randint(0, 99):02}"
        elif draw < 0.35:
            text = text.capitalize() + random.choice(("", ",", ".", ":", ""))
        x, y = index % 10 * 50.0, index // 10 * 12.0
        made.append(Word(text, (x, y, x + 40, y + 10), 1.0, index // 10, 0))
    (one,) = windows([Page(1, 612, 4000, 1.0, "text_layer", "made", "", tuple(made))], words)
    return one


def measure(name: str, wanted: Members, words: int, tokenizer: LLTokenizer) -> Cost:
    """Write, compile, and walk at random until the answer ends."""
    window = made_window(words)
    start = time.process_time()
    text = grammar(wanted, window)
    written = time.process_time()
    matcher = LLMatcher(tokenizer, text)
    matcher.compute_bitmask()
    compiled = time.process_time()
    assert not matcher.is_error(), matcher.get_error()
    masks = list(_walk(matcher, tokenizer, Random(words)))
    masks.sort()
    return Cost(
        name,
        words,
        round((written - start) * 1e3, 1),
        round((compiled - written) * 1e3, 1),
        round(sum(masks) / len(masks), 3),
        round(masks[int(len(masks) * 0.99)], 3),
        round(masks[-1], 3),
        len(masks),
    )


def _walk(matcher: LLMatcher, tokenizer: LLTokenizer, random: Random) -> Iterator[float]:
    """Milliseconds of each mask."""
    while not matcher.is_stopped():
        start = time.process_time()
        mask = matcher.compute_bitmask()
        yield (time.process_time() - start) * 1e3
        bits = int.from_bytes(mask, "little")
        allowed = (
            [token for token in range(tokenizer.vocab_size) if bits >> token & 1] if bits.bit_count() < 9 else []
        )
        while not allowed:
            token = random.randrange(tokenizer.vocab_size)
            if mask[token // 8] >> token % 8 & 1:
                allowed = [token]
        chosen = random.choice(allowed)
        if chosen in tokenizer.eos_tokens:
            return
        assert matcher.consume_token(chosen)


def costs(tokenizer: LLTokenizer, sizes: Sequence[int] = SIZES) -> Iterator[Cost]:
    """For the first prompt of each type with fields."""
    for name, one in document_types.load(REPOSITORY / "schemas" / "documents").items():
        parts = groups(shape(one.schema), 24)
        for words in sizes if parts else ():
            yield measure(name, parts[0], words, tokenizer)


def main() -> None:
    """Print the costs as lines of text, or with `--json` as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shipped = REPOSITORY / "processors" / "models" / "language" / "tokenizer.json"
    parser.add_argument("--tokenizer", type=Path, default=shipped)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings: dict[str, Any] = json.loads(arguments.tokenizer.read_text(encoding="utf-8"))
    ends = [one["id"] for one in settings["added_tokens"] if one["content"] == "</s>"]
    tokenizer = LLTokenizer(arguments.tokenizer.read_text(encoding="utf-8"), eos_token=ends)
    rows = []
    for cost in costs(tokenizer):
        rows.append(asdict(cost))
        if not arguments.json:
            print(*(f"{key} {value}" for key, value in asdict(cost).items()), sep="  ")
    if arguments.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
