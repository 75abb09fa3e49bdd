"""`python -m processors.forge.evaluation --dataset DIR --out FILE.html`: judge a model, write a report and a table.

Example: `python -m processors.forge.evaluation --dataset DATASET --split dev --out report.html`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from processors.config import PACKAGE, SCHEMAS
from processors.document_types import load
from processors.forge.evaluation import evaluate, reporting
from processors.forge.samples import SPLITS


def main(
    dataset: Annotated[Path, typer.Option(help="Folder of a dataset.")],
    out: Annotated[Path, typer.Option(help="The report, an HTML file.")],
    split: Annotated[str, typer.Option(help="Which part is judged: train, dev or test.")] = "dev",
    models: Annotated[Path, typer.Option(help="Models folder to judge.")] = PACKAGE / "models",
    champion: Annotated[Path | None, typer.Option(help="Models folder to compare with.")] = None,
    types: Annotated[Path, typer.Option(help="Folder of document types.")] = SCHEMAS / "documents",
) -> None:
    """Judge a model on a part of a dataset."""
    part = next((one for one in SPLITS if one == split), None)
    if part is None:
        raise typer.BadParameter(f"--split is one of {', '.join(SPLITS)}")
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=1.0)
        result = evaluate(
            models,
            dataset,
            part,
            champion=champion,
            types=load(types),
            progress=lambda words, done: bar.update(task, description=words, completed=done),
        )
    about = {
        "documents": f'{result["all"]["documents"]} of the part "{part}"',
        "engine": ", ".join(result["engine"]),
    }
    reporting.write(result, out, about=about)
    table = Table("type", "documents", "micro-F1", "released", "precision")
    for name, one in result["types"].items():
        f1, released = one["micro_f1"], one["released"]
        table.add_row(
            name,
            f"{one['documents']}",
            f"{f1['value']:.3f} ({f1['low']:.3f} to {f1['high']:.3f})",
            f"{released['values']} of {released['of']}",
            "-" if released["precision"] is None else f"{released['precision']:.3f}",
        )
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
