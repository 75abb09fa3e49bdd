"""`python -m processors.forge.datasets.read_pages --documents DIR --output DIR --set NAME=PAGES`: labelled pages.

Files are read by the OCR stage of production. Documents that a set holds as text only are laid out plainly, a line
of text a line of the page, where `--text NAME` asks for it: good for running text, not for forms.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from processors.config import load
from processors.forge.classifier.dataset import read_documents
from processors.forge.datasets.texts import Reader
from processors.ocr.stage import build
from processors.pages import Page, Word

#: plain pages: points a character, a line, a margin; lines a page and pages at most
_CHARACTER, _LINE, _MARGIN, _LINES, _PAGES = 5.0, 14.0, 40.0, 55, 20


def plain(text: str) -> Iterator[Page]:
    """Pages that hold a text as it is."""
    lines = text.split("\n")
    for number, start in enumerate(range(0, min(len(lines), _LINES * _PAGES), _LINES), 1):
        words = []
        for row, line in enumerate(lines[start : start + _LINES]):
            for match in re.finditer(r"\S+", line):
                x0, y0 = _MARGIN + match.start() * _CHARACTER, _MARGIN + row * _LINE
                box = (x0, y0, x0 + len(match[0]) * _CHARACTER, y0 + 10)
                words.append(Word(match[0], box, 1.0, row, 0))
        yield Page(number, 612, 2 * _MARGIN + _LINES * _LINE, 1.0, "text_layer", "plain", "", tuple(words))


def _texts(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Name and text of the documents of a set that have no file."""
    labels = map(json.loads, (folder / name / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    wanted = {label["text_id"] for label in labels if "file" not in label and "text_id" in label}
    for file in sorted((folder / name).glob("*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).decode("utf-8").split("\n"):
            record = json.loads(line) if line.strip() else {}
            if record.get("text_id") in wanted:
                yield f"{name}-{record['text_id']}", record["text"]


def main(arguments: Iterable[str] | None = None) -> int:
    """Write one `<name>.jsonl` per document; those that are there already are left alone."""
    parser = argparse.ArgumentParser(description="Read labelled documents with the OCR stage of production.")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=PAGES", help="and the pages of each file"
    )
    parser.add_argument(
        "--text", action="append", default=[], metavar="NAME", help="lay out the text-only documents"
    )
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    chosen.output.mkdir(parents=True, exist_ok=True)
    most = {name: int(pages) for name, _, pages in (one.partition("=") for one in chosen.set)}
    settings = load({})
    reader = Reader(build(settings, outputs=False), chosen.output / "cache") if most else None
    for example in read_documents(chosen.documents):
        wanted = min(most.get(example.document.partition("/")[0], 0), example.pages) if example.path else 0
        target = chosen.output / f"{Path(example.document).stem}.jsonl"
        if reader and wanted and not target.exists():
            pages = [page for number in range(1, wanted + 1) if (page := reader.page(example, number))]
            _write(target, "".join(page.read_text(encoding="utf-8") for page in pages))
    for set_name in chosen.text:
        for name, text in _texts(chosen.documents, set_name):
            _write(chosen.output / f"{name}.jsonl", "".join(page.to_json() + "\n" for page in plain(text)))
    sys.stdout.write(f"{len(list(chosen.output.glob('*.jsonl')))} documents in {chosen.output}\n")
    return 0


def _write(target: Path, content: str) -> None:
    part = target.with_suffix(".part")
    part.write_text(content, encoding="utf-8")
    part.replace(target)


if __name__ == "__main__":
    sys.exit(main())
