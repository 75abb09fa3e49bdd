"""Which words a page shows: the first, coarse glance may miss a word, but not see one that is not there."""

from __future__ import annotations

import numpy as np
import pytest

from processors.ocr import glance
from processors.ocr.text_layer import Token

SIZE = (72.0, 36.0)
#: 20 by 12 points
WORD = Token("word", (20.0, 12.0, 40.0, 24.0), breaks=False, ghost=False)


class Paper:
    """A page of 72 by 36 points with one rectangle on it, its edges blurred as any rendering blurs them."""

    def __init__(self, ground: int, ink: int, box: tuple[float, float, float, float]) -> None:
        self.asked: list[tuple[int, int]] = []
        self._ground, self._ink, self._box = ground, ink, box

    def __call__(self, size: tuple[int, int]) -> glance.Grey:
        self.asked.append(size)
        x0, y0, x1, y1 = self._box
        across, down = (
            _covered(n, side, *ends) for n, side, ends in zip(size, SIZE, ((x0, x1), (y0, y1)), strict=True)
        )
        covered = down[:, None] * across[None, :]
        return np.rint(self._ground + (self._ink - self._ground) * covered).astype(np.uint8)


def _covered(count: int, side: float, first: float, last: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    edges = np.linspace(0, side, count + 1)
    return (np.minimum(edges[1:], last) - np.maximum(edges[:-1], first)).clip(0) * count / side


@pytest.mark.parametrize(
    ("paper", "seen", "glances"),
    [
        (Paper(255, 0, (22, 15, 38, 21)), True, 1),
        (Paper(255, 225, (22, 15, 38, 21)), True, 1),
        (Paper(200, 100, (22, 15, 38, 21)), True, 1),
        (Paper(255, 0, (19.5, 12, 20.1, 24)), True, 2),
        (Paper(255, 250, (22, 15, 38, 21)), False, 2),
        (Paper(255, 255, (22, 15, 38, 21)), False, 2),
        (Paper(0, 0, (22, 15, 38, 21)), False, 2),
        (Paper(255, 0, (44, 12, 60, 24)), False, 2),
        (Paper(255, 0, (20, 27, 40, 33)), False, 2),
    ],
    ids=[
        "black on white",
        "pale on white",
        "grey on grey",
        "a stroke at the edge",
        "as good as white",
        "white on white",
        "black on black",
        "ink beside it",
        "ink below it",
    ],
)
def test_a_word_is_seen_where_there_is_contrast(paper: Paper, seen: bool, glances: int) -> None:
    assert glance.seen(paper, SIZE, glance.DPI, [WORD]) == ([WORD] if seen else [])
    assert paper.asked == [(50, 25), (100, 50)][:glances]


def test_words_without_a_pixel_of_their_own_are_looked_at_closely() -> None:
    dot = Token(".", (30.2, 20.0, 31.2, 22.0), breaks=False, ghost=False)
    beyond = Token("x", (71.9, 35.9, 72.0, 36.0), breaks=False, ghost=False)
    paper = Paper(255, 0, (30.3, 21.0, 31.0, 21.7))
    assert glance.seen(paper, SIZE, glance.DPI, [dot, beyond]) == [dot]


def test_a_page_without_words_is_not_drawn() -> None:
    paper = Paper(255, 255, (0, 0, 1, 1))
    assert glance.seen(paper, SIZE, glance.DPI, []) == []
    assert paper.asked == []


@pytest.mark.parametrize(
    ("text", "box", "seen"),
    [
        ("Mallory", (20, 20, 23.5, 20.8), False),
        ("Mallory", (20, 20, 20.8, 23.5), False),
        ("naïve", (20, 15, 30, 17.1), True),
        ("l", (30, 15, 30.7, 21.5), True),
        ("1.", (30, 15, 32, 21.5), True),
        ("-", (30, 18, 33, 18.6), True),
    ],
    ids=["a point high", "a point high, upwards", "four point print", "a thin letter", "a figure", "a dash"],
)
def test_print_that_is_too_small_for_a_person_is_not_seen(
    text: str, box: tuple[float, float, float, float], seen: bool
) -> None:
    word = Token(text, box, breaks=False, ghost=False)
    middle = (box[0] + box[2]) / 2
    ink = Paper(255, 0, (box[0], box[1], middle, box[3]))
    assert glance.seen(ink, SIZE, glance.DPI, [word]) == ([word] if seen else [])
