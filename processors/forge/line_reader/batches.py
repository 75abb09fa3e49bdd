"""Batches of strips of about one length, made by as many processes as the machine has to spare."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from processors.forge.line_reader.fonts import Font
from processors.forge.line_reader.labelled_strips import Labelled
from processors.forge.line_reader.printing import Press
from processors.forge.line_reader.texts import Texts
from processors.forge.line_reader.wearing import Wear
from processors.ocr.lines.alphabet import ALPHABET
from processors.ocr.lines.strips import HEIGHT, stretched
from processors.ocr.pixels import Grey

#: Pixels: lengths of strips, each batch of one; and how many pixels a batch has at most.
LENGTHS = (96, 160, 256, 384, 512, 704)
PIXELS = 256 * 384
#: Characters of a made line, at most.
_LONGEST = 64
#: How often another line's letters reach into a strip.
_NEIGHBOUR = 0.35
_WAITING = 6
_CLASS = {character: number for number, character in enumerate(ALPHABET, 1)}


@dataclass(frozen=True)
class Source:
    """What lines are made of."""

    lines: Sequence[str]
    prose: Sequence[str]
    fonts: Sequence[Font]
    real: Sequence[Labelled] = ()
    #: how many of the strips are real, 0 to 1
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Strips padded to one length, and their texts one after another."""

    #: strips x HEIGHT x length, 255 for ink
    strips: NDArray[np.uint8]
    #: classes of all characters
    said: NDArray[np.int64]
    #: of each strip: how many characters, how many pixels
    characters: NDArray[np.int64]
    widths: NDArray[np.int64]


def endless(source: Source, seed: int) -> Generator[Batch]:
    """Batches without end, the same for the same seed."""
    pick = random.Random(seed)  # noqa: S311 - made lines, no secrets
    texts, press, wear = Texts(source.lines, source.prose, seed), Press(source.fonts, seed), Wear(seed)
    waiting: dict[int, list[tuple[Grey, str]]] = {length: [] for length in LENGTHS}
    cv2.setNumThreads(1)
    while True:
        if source.real and pick.random() < source.share:
            real = pick.choice(source.real)
            strip, text = wear.shaken(real.grey), real.text
        else:
            text = texts.line(pick.randint(8, _LONGEST))
            ink = press.line(text, LENGTHS[-1])
            if ink is None:
                continue
            beside = press.line(texts.line(len(text)), LENGTHS[-1]) if pick.random() < _NEIGHBOUR else None
            strip = wear.worn(ink, beside)
        for length in LENGTHS:
            if strip.shape[1] <= length:
                waiting[length].append((strip, text))
                if len(waiting[length]) == PIXELS // length:
                    yield _together(waiting[length], length)
                    waiting[length] = []
                break


def from_processes(source: Source, seed: int, processes: int) -> Generator[Batch]:
    """Batches of several processes as they come; which comes first is not the same each time."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue(_WAITING * processes)
    workers = [
        context.Process(target=_fill, args=(queue, source, seed * 1_000 + number), daemon=True)
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    try:
        while True:
            yield queue.get()
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _fill(queue: multiprocessing.Queue[Batch], source: Source, seed: int) -> None:
    for batch in endless(source, seed):
        queue.put(batch)


def _together(made: Sequence[tuple[Grey, str]], length: int) -> Batch:
    strips = np.zeros((len(made), HEIGHT, length), np.uint8)
    for row, (strip, _) in zip(strips, made, strict=True):
        row[:, : strip.shape[1]] = np.rint(stretched(strip) * 255)
    return Batch(
        strips,
        np.array([_CLASS[one] for _, text in made for one in text], np.int64),
        np.array([len(text) for _, text in made], np.int64),
        np.array([strip.shape[1] for strip, _ in made], np.int64),
    )
