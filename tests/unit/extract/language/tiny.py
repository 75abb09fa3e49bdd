"""An untrained model of the tiny kind: enough to see that the path holds whatever a model wants to say."""

from __future__ import annotations

from pathlib import Path
from random import Random

from processors import document_types
from processors.forge.language import tiny_tokenizer
from processors.forge.language.tiny_training import corpus, new_model

TYPES = dict(document_types.load(Path("schemas/documents")))


def untrained(folder: Path) -> Path:
    """Weights, configuration and tokenizer in `folder`."""
    tokenizer = tiny_tokenizer.train(corpus(Random(3), TYPES, 60))
    new_model(3, tokenizer).save_pretrained(folder)
    tiny_tokenizer.save(tokenizer, folder)
    return folder
