"""Train the classifier's head on an agency's own documents.

    python -m processors.forge.classifier.train_classifier --documents DIR [--documents DIR2 …] --out FOLDER

Reads the documents with the OCR stage (once; the words are cached), embeds them with the encoder that production
runs, and writes a complete model folder: encoder, tokenizer, head, and `report.json` with what the model is worth.
The same documents and seed give the same head. A new document type needs a schema file and examples, no Python.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import track
from rich.table import Table

from processors.classify import head_files
from processors.config import Settings, load
from processors.forge.classifier import cross_validation
from processors.forge.classifier.dataset import (
    Example,
    TypeMap,
    read_documents,
    read_text_folder,
    read_type_map,
    with_types,
)
from processors.forge.classifier.training import train
from processors.forge.classifier.typed_pages import Progress
from processors.forge.classifier.vectors import embed, words_needed
from processors.forge.datasets.texts import Reader
from processors.ocr.stage import build as build_ocr
from processors.text_encoder.onnx_encoder import ENCODER_FILES, OnnxEncoder

HERE = Path(__file__).resolve().parent


def examples_of(documents: list[Path], texts: list[Path], types: TypeMap) -> list[Example]:
    """Every example to be learned from, with its class."""
    found = [example for folder in documents for example in read_documents(folder)]
    found += [example for folder in texts for example in read_text_folder(folder)]
    return with_types(found, types)


def read_all(
    examples: list[Example], reader: Reader, rest: str, console: Console
) -> Iterator[tuple[Example, list[str]]]:
    """The words of each example; files that recognition refuses are counted and left out."""
    refused = 0
    for example in track(examples, "reading and embedding", console=console):
        words = reader.words(example, words_needed(example, rest))
        if words is None:
            refused += 1
            continue
        yield example, words
    if refused:
        console.print(f"{refused} files could not be read and were left out")


def run(
    documents: list[Path],
    texts: list[Path],
    out: Path,
    *,
    settings: Settings,
    encoder: Path,
    types: TypeMap,
    cache: Path,
    console: Console,
) -> dict[str, Any]:
    """Train, judge, write the model folder, and return the report."""
    reader = Reader(build_ocr(settings, outputs=False), cache / f"{settings.ocr_engine}-{settings.languages}")
    examples = examples_of(documents, texts, types)
    data = embed(read_all(examples, reader, types.rest, console), OnnxEncoder(encoder), types.rest)
    with Bar(console=console) as bar:
        head = train(data, types.rest, _progress(bar))
        report = cross_validation.report(data, types.rest, _progress(bar))
    head_files.save(head, out)
    for name in ENCODER_FILES:
        if encoder.resolve() != out.resolve():
            shutil.copyfile(encoder / name, out / name)
    counts = dict(sorted(Counter(data.types.tolist()).items()))
    about = {"model_digest": head_files.digest(out), "temperature": head.temperature, "threshold": head.threshold}
    report = {**about, "documents": len(set(data.documents.tolist())), "texts": counts, **report}
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def _progress(bar: Bar) -> Progress:
    """Draws each phase as a bar of its own."""
    tasks: dict[str, Any] = {}

    def tell(what: str, done: int, of: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=of)
        bar.update(tasks[what], completed=done)

    return tell


def show(report: dict[str, Any], console: Console) -> None:
    """The report as a table and a few lines."""
    figures = report["new_documents"]["known_kinds"]
    table = Table("type", "texts", "best type", "verdict", "unknown")
    for name, row in figures["by_type"].items():
        table.add_row(name, *(str(row[key]) for key in ("texts", "best_type", "verdict", "unknown")))
    console.print(table)
    for key, value in figures.items():
        if isinstance(value, float | list):
            console.print(f"{key}: {value}")
    for part in ("new_kinds_of_rest", "own_types_as_new_kinds"):
        if report[part] is not None:
            console.print(f"{part}: {report[part]['unknown_or_rest']} to unknown or the rest")
    console.print(f"confidence: {report['all_together']}")


def main(
    documents: Annotated[list[Path], typer.Option(help="Folder with MANIFEST.csv and text-only sets; repeatable.")],
    out: Annotated[Path, typer.Option(help="Folder of the new model.")],
    texts: Annotated[list[Path], typer.Option(help="Folder of <type>/*.txt; repeatable.")] = [HERE / "examples"],  # noqa: B006
    type_map: Annotated[Path, typer.Option(help="How labels become types.")] = HERE / "type_map.yaml",
    encoder: Annotated[Path | None, typer.Option(help="Model folder to take the encoder from.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Where recognised words are kept between runs.")] = None,
) -> None:
    """Train the classifier on labelled documents."""
    settings, console = load(), Console()
    report = run(
        documents,
        texts,
        out,
        settings=settings,
        encoder=encoder or settings.models / "classifier",
        types=read_type_map(type_map, settings.document_types),
        cache=cache or settings.home / "training-words",
        console=console,
    )
    show(report, console)


if __name__ == "__main__":
    typer.run(main)
