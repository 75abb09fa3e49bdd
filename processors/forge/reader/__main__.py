"""`python -m processors.forge.reader --documents DIR --pages PAGES --out FOLDER`: train the shipped reader.

DIR is a folder of labelled sets with a `MANIFEST.csv`; PAGES holds its page records, as
`processors.forge.datasets.read_pages` writes them. Labelled texts without a picture (`<set>/*.jsonl.gz`, `lines`
and `fields`) are trained on too, laid out plainly. An agency trains its own with `chancery forge train reader`.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from processors.digests import file_sha256
from processors.forge.datasets.read_pages import plain
from processors.forge.evaluation.labelled import records
from processors.forge.reader import train as training
from processors.forge.samples import Sample, split_of, write_samples


def dataset(documents: Path, pages: Path, out: Path) -> int:
    """Write the dataset; returns how many documents it holds."""
    (out / "pages").mkdir(parents=True)
    with (documents / "MANIFEST.csv").open(encoding="utf-8", newline="") as rows:
        digests = {row["path"]: row["sha256"] for row in csv.DictReader(rows)}
    samples = [*_pictured(documents, pages, out, digests), *_texts(documents, out)]
    return write_samples(out, samples)


def _pictured(documents: Path, pages: Path, out: Path, digests: Mapping[str, str]) -> Iterator[Sample]:
    for name, label in records(documents):
        source = pages / f"{name}.jsonl"
        if source.is_file():
            shutil.copyfile(source, out / "pages" / source.name)
            yield _sample(name, label, out, digests.get(label.get("file", ""), ""))


def _texts(documents: Path, out: Path) -> Iterator[Sample]:
    for file in sorted(documents.glob("*/*.jsonl.gz")):
        for number, line in enumerate(gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()):
            record = json.loads(line)
            if "lines" not in record or "fields" not in record:
                continue
            name = f"{file.parent.name}-text-{number:03}"
            content = "".join(page.to_json() + "\n" for page in plain("\n".join(record["lines"])))
            (out / "pages" / f"{name}.jsonl").write_text(content, encoding="utf-8")
            yield _sample(name, record, out, "")


def _sample(name: str, label: Mapping[str, Any], out: Path, sha256: str) -> Sample:
    return Sample(
        name=name,
        type=label["doc_type"],
        split=split_of(name),
        labels=label["fields"],
        complete=not isinstance(label.get("label_source"), dict),
        month_only=label.get("date_precision") == "month",
        sha256=sha256,
        pages_sha256=file_sha256(out / "pages" / f"{name}.jsonl"),
    )


def main(
    documents: Annotated[Path, typer.Option(help="Folder of labelled sets.")],
    pages: Annotated[Path, typer.Option(help="Their page records.")],
    out: Annotated[Path, typer.Option(help="Folder of the reader.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same reader.")] = training.SEED,
) -> None:
    """Train, and print how well what was not seen is read."""
    with tempfile.TemporaryDirectory() as scratch, Progress(console=Console(stderr=True)) as bars:
        folder = Path(scratch) / "dataset"
        dataset(documents, pages, folder)
        bar = bars.add_task("training", total=1.0)
        figures = training.train(
            folder, out, seed=seed, progress=lambda step, share: bars.update(bar, description=step, completed=share)
        )
    typer.echo(json.dumps(figures, indent=1))


if __name__ == "__main__":
    typer.run(main)
