"""`python -m processors.forge.line_reader.corpus --documents DIR --out FOLDER`: texts that made lines are made of.

DIR holds sets of labelled documents: `<set>/labels.jsonl` and, of documents without a picture, `<set>/*.jsonl.gz`;
what has transcribed `lines` is taken. `--pages` names a folder of page records, as
`processors.forge.datasets.read_pages` writes them: print of other kinds. Documents of the part `test` are not used.
Writes `lines.txt` and `prose.txt`; where FOLDER holds `strips.npz`, lines of pictures are taken from there, in the
case in which they are printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

from rich.console import Console

from processors.forge.line_reader import labelled_strips
from processors.forge.line_reader.labelled import transcribed
from processors.forge.samples import split_of
from processors.pages import Page, read_pages

LINES, PROSE = "lines.txt", "prose.txt"
#: Of page records: pages a document, characters a line, lines in all.
_PAGES, _CHARACTERS, _MOST = 3, 60, 20_000
_LEAST_CHARACTERS = 4


def lines(documents: Path, strips: Path) -> Iterator[str]:
    """Lines of transcribed documents, without those of the part `test`."""
    for file in sorted(documents.glob("*/*.jsonl.gz")):
        for number, line in enumerate(gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()):
            record = json.loads(line)
            if "lines" in record and split_of(f"{file.parent.name}-text-{number:03}") != "test":
                yield from record["lines"]
    if strips.is_file():
        yield from (one.text for one in labelled_strips.load(strips))
    else:
        for _, _, texts in transcribed(documents):
            yield from texts


def prose(pages: Path, without: Collection[str]) -> list[str]:
    """Lines of documents of other kinds, the same choice each time; none of the part `test`.

    Of text layers alone: what was recognised may be misread, and would be learned so.

    Args:
        pages: folder of page records, a file a document
        without: names of documents that are among the transcribed ones
    """
    found = [
        line
        for file in sorted(pages.glob("*.jsonl"))
        if file.stem not in without and split_of(file.stem) != "test"
        for page in list(read_pages(file))[:_PAGES]
        if page.source == "text_layer"
        for line in _lines(page)
    ]
    random.Random(0).shuffle(found)  # noqa: S311 - a choice of texts, no secret
    return found[:_MOST]


def _lines(page: Page) -> Iterator[str]:
    for _, words in groupby(page.words, key=lambda word: word.line):
        text = " ".join(word.text for word in words)[:_CHARACTERS]
        if len(text) >= _LEAST_CHARACTERS:
            yield text


def main() -> None:
    """Write both."""
    parser = argparse.ArgumentParser(prog="python -m processors.forge.line_reader.corpus", description=__doc__)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--pages", type=Path, help="page records; without them lines are made of lines alone")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    taken = list(lines(options.documents, options.out / labelled_strips.FILE))
    if not taken:
        raise SystemExit(f"{options.documents}: no set has transcribed lines.")
    names = {name for name, _, _ in transcribed(options.documents)}
    others = prose(options.pages, names) if options.pages else []
    (options.out / LINES).write_text("\n".join(taken), encoding="utf-8")
    (options.out / PROSE).write_text("\n".join(others), encoding="utf-8")
    Console().print(f"{len(taken)} lines, {len(others)} of prose")


if __name__ == "__main__":
    main()
