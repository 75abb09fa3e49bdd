"""Documents around the axes of a space, with words of their own: what training needs, without an encoder."""

from __future__ import annotations

import numpy as np

from processors.classify.terms import terms
from processors.forge.classifier.vectors import Vectors
from processors.text_encoder.port import Floats

REST = "rest"
#: label: axis, type, words that are printed on it
KINDS = {
    "a": (0, "a", "permit to park in the zone named below issued by the city"),
    "b": (1, "b", "invoice for goods delivered and payable within thirty days of receipt"),
    "c": (2, "c", "agreement between both parties about information that they keep secret"),
    "up": (3, REST, "yesterday the mayor said"),
    "down": (4, REST, "slide agenda overview"),
}
WIDTH = 6


def document(axis: int, printed: str, random: np.random.Generator) -> tuple[Floats, str]:
    """A unit vector near an axis, and a text: what is printed, and some words that are filled in."""
    row = random.normal(0, 0.1, WIDTH)
    row[axis] += 1
    filled = " ".join("".join(random.choice(list("bcdfgaeiou"), 6)) for _ in range(6))
    return (row / np.linalg.norm(row)).astype(np.float32), f"{printed} {filled}"


def data(each: int = 20, seed: int = 1) -> Vectors:
    """Three types around three axes of space; the rest is of two kinds."""
    random = np.random.default_rng(seed)
    made = [
        (document(axis, printed, random), label, name)
        for label, (axis, name, printed) in KINDS.items()
        for _ in range(each)
    ]
    return Vectors(
        whole=np.array([vector for (vector, _), _, _ in made], np.float32),
        types=np.array([name for _, _, name in made]),
        labels=np.array([label for _, label, _ in made]),
        documents=np.array([f"d{number}" for number in range(len(made))]),
        terms=tuple(terms(text.split()) for (_, text), _, _ in made),
        extra=np.zeros((0, WIDTH), np.float32),
        extra_row=np.zeros(0, np.int64),
    )
