"""Train the small language model: Mistral's architecture, made from labelled documents and from made forms.

    python -m processors.forge.language.packing --dataset DIR --out documents.jsonl.xz
    python -m processors.forge.language.small_language_model --documents documents.jsonl.xz --out DIR

A GPU does it in minutes, a CPU core in a day or more; the command is the same.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Annotated, Any

import torch
import transformers
import typer
from tokenizers import Tokenizer

from processors.config import SCHEMAS
from processors.document_types import load
from processors.extract.language.weights import digest
from processors.forge.language import small_tokenizer, small_training
from processors.forge.language.cut_documents import Source
from processors.forge.language.made_forms import Made, generated, own, recall
from processors.forge.language.packed_documents import read
from processors.forge.language.small_training import Groups, new_model

#: texts that the tokenizer learns from: made forms three times, and windows of documents
_FORMS, _CUTS = 800, 3_000
#: of a file of weights; larger models come in several
_SHARD = "12MB"


def texts(source: Source, seed: int) -> Iterator[str]:
    """What the tokenizer learns its pieces from."""
    random = Random(seed)  # noqa: S311 - examples, no secrets
    for _ in range(_FORMS):
        for made in (recall(random), generated(random), own(random, source.types)):
            yield _text(made)
    for _ in range(_CUTS):
        yield _text(source.example(random, 300))


def _text(made: Made) -> str:
    return "\n".join([*(message["content"] for message in made.messages), made.answer])


def main(
    documents: Annotated[Path, typer.Option(help="Packed documents.")],
    out: Annotated[Path, typer.Option(help="Folder of the new model.")],
    size: Annotated[str, typer.Option(help="small or medium.")] = "small",
    groups: Annotated[int, typer.Option(help="Of examples, some four steps each.")] = 2_000,
    minutes: Annotated[float, typer.Option(help="Stop after so many, with what was learned by then.")] = 10_000.0,
    tokens: Annotated[int, typer.Option(help="Of a step, padding included.")] = 49_152,
    seed: Annotated[int, typer.Option(help="Of examples and first weights.")] = 7,
    workers: Annotated[int, typer.Option(help="Processes that make examples; 0: this one does.")] = 0,
    tokenizer: Annotated[Path | None, typer.Option(help="A tokenizer.json to use; else one is made.")] = None,
    types: Annotated[Path, typer.Option(help="Folder of document types.")] = SCHEMAS / "documents",
) -> None:
    """Train the small language model."""
    source = Source.of(read(documents), {name: one for name, one in load(types).items() if one.fields})
    pieces = Tokenizer.from_file(str(tokenizer)) if tokenizer else small_tokenizer.train(texts(source, seed))
    model = new_model(small_training.SIZES[size], seed, pieces)
    start = time.monotonic()

    def progress(step: int, part: float, loss: float) -> None:
        typer.echo(f"{size} step {step}, {part:.1%}, loss {loss:.3f}, {time.monotonic() - start:.0f} s")

    made = Groups(source, pieces, seed, groups, tokens)
    steps = small_training.train(model, made, workers=workers, seconds=60 * minutes, progress=progress)
    report: dict[str, Any] = {
        "size": size,
        "seed": seed,
        "groups": groups,
        "steps": steps,
        "tokens": tokens,
        "seconds": round(time.monotonic() - start),
        "parameters": sum(p.numel() for p in model.parameters()),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    small_tokenizer.save(pieces, out, small_training.CONTEXT)
    model.to(torch.bfloat16).save_pretrained(out, max_shard_size=_SHARD)
    (out / "generation_config.json").unlink(missing_ok=True)
    typer.echo(json.dumps(report | {"digest": digest(out)}))


if __name__ == "__main__":
    typer.run(main)
