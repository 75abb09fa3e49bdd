"""Training the classifier's head on a dataset: the encoder stays as it is, the head is fitted anew in seconds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from processors.classify import head_files
from processors.config import load
from processors.forge.classifier.dataset import Example
from processors.forge.classifier.training import train as fit
from processors.forge.classifier.vectors import embed, words_needed
from processors.forge.errors import ForgeError
from processors.forge.samples import Sample, read_samples
from processors.forge.trainers import Progress
from processors.pages import read_pages
from processors.text_encoder.onnx_encoder import ENCODER_FILES, OnnxEncoder

#: the class of documents that have no type of their own
REST = "other"


def train(
    dataset: Path,
    out: Path,
    *,
    base: Path | None,
    types: Sequence[str] | None,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """See `trainers.Train`. Train and dev split serve alike: the head is calibrated by cross-validation.

    The folds are drawn with a seed of their own, so `seed` changes nothing here and is recorded alone.
    """
    samples = [one for one in read_samples(dataset, ("train", "dev")) if types is None or one.type in types]
    classes = sorted({sample.type for sample in samples})
    if len(classes) < 2:
        raise ForgeError(f"A classifier needs two types at least; this dataset has {len(classes)} to train on.")
    folder = base or load().models / "classifier"
    data = embed(_words(samples, dataset, progress), OnnxEncoder(folder), REST)
    progress("fitting", 0.0)
    head = fit(data, REST)
    head_files.save(head, out)
    for name in ENCODER_FILES:
        shutil.copyfile(folder / name, out / name)
    progress("fitting", 1.0)
    return {"documents": len(data.types), "temperature": head.temperature, "threshold": head.threshold}


def _words(samples: Sequence[Sample], dataset: Path, progress: Progress) -> Iterator[tuple[Example, list[str]]]:
    for number, sample in enumerate(samples):
        progress("embedding", number / len(samples))
        example = Example(sample.name, sample.type, type=sample.type)
        words: list[str] = []
        for page in read_pages(sample.pages(dataset)):
            words += [word.text for word in page.words]
            if len(words) >= words_needed(example, REST):
                break
        yield example, words
    progress("embedding", 1.0)
