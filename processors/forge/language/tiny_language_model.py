"""Train the tiny language model: Mistral's architecture at the size of a picture.

    python -m processors.forge.language.tiny_language_model --out DIR [--minutes 5] [--seed 7]

It runs the very path that a large model runs (prompt, grammar, tokens, grounding) in tests and in the demo, on one
CPU thread. Trained on made forms alone, it is no reader of real documents. The same seed, minutes and versions
give the same weights.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import torch
import transformers
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from processors import document_types
from processors.config import load
from processors.document_types import DocumentType
from processors.extract.language.transformers_model import TransformersModel
from processors.extract.language.weights import digest
from processors.forge.language import tiny_tokenizer
from processors.forge.language.tiny_forms import Made, generated, own, recall
from processors.forge.language.tiny_judging import judge, lines
from processors.forge.language.tiny_training import corpus, new_model, train

#: steps that one core does in a minute (AMD EPYC with bf16, one thread): minutes are counted in steps, or the
#: weights would depend on what else the machine does
STEPS_A_MINUTE = 200
_CORPUS = 1_500
_JUDGED = 100


def run(
    out: Path, types: dict[str, DocumentType], *, seed: int, steps: int, judged: int, console: Console
) -> dict[str, Any]:
    """Train, write the model folder, judge it on forms of another seed, and return the report."""
    tokenizer = tiny_tokenizer.train(corpus(Random(seed), types, _CORPUS))  # noqa: S311 - no secrets
    model = new_model(seed, tokenizer)
    with _bar(console, steps) as progress:
        train(model, tokenizer, types, seed=seed, steps=steps, progress=progress)
    tiny_tokenizer.save(tokenizer, out)
    model.to(torch.bfloat16).save_pretrained(out)
    (out / "generation_config.json").unlink(missing_ok=True)
    report: dict[str, Any] = {
        "seed": seed,
        "steps": steps,
        "parameters": sum(p.numel() for p in model.parameters()),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "forms": judge_all(out, types, seed=seed + 1, documents=judged),
    }
    return report


def judge_all(
    folder: Path, types: dict[str, DocumentType], *, seed: int, documents: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of a model folder, by kind of form."""
    model = TransformersModel(folder, batch=16, seconds=3600)
    kinds: dict[str, Callable[[Random], Made]] = {
        "recall": recall,
        "generated types": generated,
        "own types": partial(own, types=types),
    }
    with TemporaryDirectory() as scratch:
        return {
            kind: judge(model, forms, seed=seed, documents=documents, scratch=Path(scratch))
            for kind, forms in kinds.items()
        }


class _bar:  # noqa: N801 - used like a function
    """A progress bar that takes step and loss."""

    def __init__(self, console: Console, steps: int) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._progress.add_task("training", total=steps)
        self._console, self._loss = console, 0.0

    def __enter__(self) -> Callable[[int, float], None]:
        self._progress.start()
        return self._step

    def _step(self, step: int, loss: float) -> None:
        self._loss = loss if step == 1 else 0.95 * self._loss + 0.05 * loss
        self._progress.update(self._task, completed=step, description=f"step {step}, loss {self._loss:.2f}")
        if not self._console.is_terminal and step % 50 == 0:
            self._console.print(f"step {step}, loss {self._loss:.3f}")

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def show(report: dict[str, Any], console: Console) -> None:
    """The figures as a table."""
    table = Table("forms", "way", "present right", "absent right", "not in the document", "of the form")
    for row in lines(report["forms"]):
        table.add_row(*map(str, row))
    console.print(table)


def main(
    out: Annotated[Path, typer.Option(help="Folder of the new model.")],
    minutes: Annotated[float, typer.Option(help="CPU minutes of training, on one thread.")] = 5.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same weights.")] = 7,
) -> None:
    """Train the tiny language model."""
    console = Console()
    types = dict(document_types.load(load().document_types))
    report = run(out, types, seed=seed, steps=round(minutes * STEPS_A_MINUTE), judged=_JUDGED, console=console)
    (out / "report.md").write_text("```\n" + json.dumps(report, indent=1) + "\n```\n", encoding="utf-8")
    show(report, console)
    console.print(f"digest {digest(out)}")


if __name__ == "__main__":
    typer.run(main)
