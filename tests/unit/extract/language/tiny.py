"""An untrained model, smaller than small: enough to see that the path holds whatever a model wants to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from processors import document_types
from processors.forge.language import small_tokenizer
from processors.forge.language.made_forms import own
from processors.forge.language.small_training import Size, new_model

TYPES = dict(document_types.load(Path("schemas/documents")))
_CONTEXT = 1_024


def untrained(folder: Path) -> Path:
    """Weights, configuration and tokenizer in `folder`."""
    tokenizer = small_tokenizer.train(_texts(), 1_024)
    model = new_model(Size(128, 352, 4, 4, 2), 3, tokenizer, _CONTEXT)
    model.save_pretrained(folder)
    small_tokenizer.save(tokenizer, folder, _CONTEXT)
    return folder


def _texts() -> Iterator[str]:
    random = Random(3)
    for _ in range(150):
        made = own(random, TYPES)
        yield "\n".join([*(message["content"] for message in made.messages), made.answer])
