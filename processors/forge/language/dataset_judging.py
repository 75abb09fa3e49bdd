"""What a language model alone is worth on labelled documents: F1 by type, with no other reader beside it.

    python -m processors.forge.language.dataset_judging --dataset DIR --weights FOLDER [--split dev] [--json]

The path is that of production: prompts of windows, answers held to the grammar, words on the page, and the choice
among the windows; beliefs are not calibrated, since the model that is judged was measured on nothing yet.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from processors.config import SCHEMAS
from processors.document_types import DocumentType, load
from processors.extract.asking import LocalModel
from processors.extract.extractor import Extractor
from processors.extract.language.reader import LanguageReader, fitting
from processors.extract.language.transformers_model import TransformersModel
from processors.fields import Fields
from processors.forge.evaluation import summary
from processors.forge.evaluation.judging import Judged
from processors.forge.evaluation.reading import cases, read
from processors.forge.samples import SPLITS
from processors.pages import Page

#: of a document that are read
_PAGES = 12


@dataclass
class LanguageAlone:
    """An extractor of which the only reader is a language model; it counts what it asked."""

    model: LocalModel
    reader: LanguageReader
    pages: int = _PAGES
    prompts: int = 0
    answered: int = 0
    #: CPU seconds of the answers
    seconds: float = 0.0
    _extractor: Extractor = field(default_factory=lambda: Extractor({}))

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Fields:
        """Read the type's fields."""
        pages = pages[: self.pages]
        with tempfile.TemporaryDirectory() as scratch:
            prompts = self.reader.prompts(pages, document_type, Path(scratch))
            start = time.process_time()
            answers = self.model.complete(prompts)
            self.seconds += time.process_time() - start
        self.prompts += len(prompts)
        self.answered += sum(one.finished for one in answers)
        said = {prompt.name: answer for prompt, answer in zip(prompts, answers, strict=True)}
        found = self._extractor.read(pages, document_type, self.reader.proposals(pages, document_type, said))
        return found.model_copy(update={"engine": self.model.name, "model_digest": self.model.digest})


def judge(
    weights: Path, dataset: Path, split: str, types: Path, progress: Progress, pages: int = _PAGES
) -> dict[str, Any]:
    """Figures of a model folder on one part of a dataset, by type.

    Raises:
        ValueError: `split` is no part, or holds no document of a type with fields.
    """
    part = next((one for one in SPLITS if one == split), None)
    if part is None:
        raise ValueError(f"the part is one of {', '.join(SPLITS)}, not {split!r}")
    engine = LanguageAlone(TransformersModel(weights, seconds=3600.0), fitting(weights), pages)
    task = progress.add_task("reading", total=1.0)
    judged: list[Judged] = list(
        read(cases(dataset, [part]), load(types), engine, lambda _, done: progress.update(task, completed=done))
    )
    if not judged:
        raise ValueError(f'the part "{part}" holds no document of a type with fields')
    found = summary(judged)
    return {
        "split": part,
        "digest": engine.model.digest,
        "words_in_window": engine.reader.words_in_window,
        "documents": len(judged),
        "prompts": engine.prompts,
        "answered": engine.answered,
        "cpu_seconds": round(engine.seconds, 1),
        "micro_f1": found["all"]["micro_f1"],
        "ungrounded": found["all"]["ungrounded"],
        "types": {
            name: {
                "documents": one["documents"],
                "micro_f1": one["micro_f1"],
                "fields": {key: value["f1"] for key, value in one["fields"].items()},
            }
            for name, one in found["types"].items()
        },
    }


def main(
    dataset: Annotated[Path, typer.Option(help="Folder of a dataset.")],
    weights: Annotated[Path, typer.Option(help="Folder of the model.")],
    split: Annotated[str, typer.Option(help="Which part is judged: train, dev or test.")] = "dev",
    types: Annotated[Path, typer.Option(help="Folder of document types.")] = SCHEMAS / "documents",
    pages: Annotated[int, typer.Option(help="Pages of a document that are read.")] = _PAGES,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON instead of a table.")] = False,
) -> None:
    """Judge a language model on documents."""
    torch.set_num_threads(1)
    with Progress(console=Console(stderr=True)) as progress:
        found = judge(weights, dataset, split, types, progress, pages)
    if as_json:
        typer.echo(json.dumps(found))
        return
    table = Table("type", "documents", "micro-F1", "95 %")
    for name, one in found["types"].items():
        f1 = one["micro_f1"]
        table.add_row(name, str(one["documents"]), f"{f1['value']:.3f}", f"{f1['low']:.3f} to {f1['high']:.3f}")
    Console().print(table)
    Console().print(*(f"{key} {found[key]}" for key in ("prompts", "answered", "ungrounded", "cpu_seconds")))


if __name__ == "__main__":
    typer.run(main)
