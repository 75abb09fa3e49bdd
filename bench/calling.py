"""What every benchmark's command line has in common."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
SAMPLES = Path(__file__).parents[1] / "samples"


def command(name: str, arguments: Sequence[str]) -> str:
    """What was called; a folder by its name alone, since where it lies on one machine means nothing on another."""
    return shlex.join(("python", "-m", f"bench.{name}", *(Path(one).name or one for one in arguments)))


def count(text: str) -> int:
    """A whole number of at least 1, from the command line.

    Raises:
        ValueError: it is none.
    """
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def say(words: str) -> None:
    """Progress, on standard error: the output is for results."""
    print(words, file=sys.stderr, flush=True)
