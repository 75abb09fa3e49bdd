"""Training a classifier from page records: `train(samples, encoder)`. Needs the `train` extra."""

from __future__ import annotations

from collections.abc import Iterable

from processors.classify.head import Head
from processors.forge.classifier import training
from processors.forge.classifier import typed_pages as labelled
from processors.forge.classifier.typed_pages import Progress, TypedPages, silent
from processors.text_encoder.port import Encoder


def train(
    samples: Iterable[TypedPages],
    encoder: Encoder,
    *,
    rest: str = "other",
    split: str = "train",
    progress: Progress = silent,
) -> Head:
    """A calibrated head from the samples of one split; the same samples give the same head.

    Give it every type that the head is to know, ten documents of each or more, and as many foreign documents as
    there are as `rest`, with a `label` for each kind: from these it learns what "unknown" looks like.

    Raises:
        OSError: page records are missing.
        ValueError: a file holds no page records, or documents of two types with words on them are not there.
    """
    return training.train(labelled.read(samples, encoder, rest, split=split, progress=progress), rest, progress)
