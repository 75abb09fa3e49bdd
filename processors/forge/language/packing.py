"""Pack labelled documents for the training of a language model: their lines, and the words that say their labels.

    python -m processors.forge.language.packing --dataset DIR --out FILE.jsonl.xz

Looking for the words that say a label takes minutes of date and amount parsing; it is done once, so that a training
on a hired GPU waits for none of it. Only the part "train" of a dataset is packed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer

from processors.config import SCHEMAS
from processors.document_types import DocumentType, FieldRule, load
from processors.extract.encoder.units import text_of, units
from processors.extract.language.shape import Leaf, Many, shape
from processors.extract.language.windows import Window, windows
from processors.forge.language.answer_targets import Targets
from processors.forge.language.packed_documents import Packed, write
from processors.forge.reader.aligning import places
from processors.forge.samples import Sample, read_samples
from processors.normalise.text import clean
from processors.pages import read_pages

#: of a document; what is asked for stands early or at the end of what fits here
PAGES: Final = 12
#: words: no page is cut
_WHOLE: Final = 1_000_000
#: values that are words: labels often come from a register and are not written as on the page
_WORDED: Final = frozenset({"name", "text", "person", "address"})
#: around a value, and no part of it
_MARKS: Final = " ,;:()[]|*\"'“”"


def pack(dataset: Path, types: Mapping[str, DocumentType]) -> Iterator[Packed]:
    """The documents of the part "train", in the order of the dataset, but those without words or fields."""
    for sample in read_samples(dataset, ["train"]):
        kind = types.get(sample.type)
        if kind is None or not kind.fields:
            continue
        pages = windows_by_page(dataset, sample)
        if pages:
            yield Packed(sample.type, [lines(one) for one in pages], texts(kind, sample, pages))


def windows_by_page(dataset: Path, sample: Sample) -> list[Window]:
    """A window for each page with words."""
    found = (windows([page], _WHOLE) for page in islice(read_pages(sample.pages(dataset)), PAGES))
    return [window for some in found for window in some]


def lines(window: Window) -> list[str]:
    """The printed lines of a window of one page."""
    return [line for _, some in window.lines() for line in some]


def texts(kind: DocumentType, sample: Sample, pages: Sequence[Window]) -> dict[str, list[list[str]]]:
    """By field the values that the labels say and pages have, and none where the label says that there is none."""
    targets = Targets(kind, _WHOLE, _WHOLE)
    found: dict[str, list[list[str]]] = {}
    for name, node in shape(kind.schema).members:
        leaf, rule = node.item if isinstance(node, Many) else node, kind.field(name) or kind.field(f"{name}/0")
        if not isinstance(leaf, Leaf) or rule is None:
            continue
        label = sample.labels.get(name)
        if label is None:
            found |= {name: []} if sample.complete else {}
            continue
        wanted = [label] if isinstance(label, str) else [str(one) for one in label]
        said = [_said(targets, one, leaf, rule, name, pages) for one in wanted]
        if not isinstance(node, Many):
            said = [[text for one in said for text in one]]
        if any(said):
            found[name] = [list(dict.fromkeys(one)) for one in said if one]
    return found


def _said(
    targets: Targets, label: str, leaf: Leaf, rule: FieldRule, path: str, pages: Sequence[Window]
) -> list[str]:
    """The texts that say a label: names also where recognition misread them, everything else by what it means."""
    if rule.normaliser not in _WORDED:
        return [text for page in pages if (text := targets.printed(label, leaf, path, page))]
    found = []
    for window in pages:
        some = list(units(window.parts[0].page))
        for first, last in places(some, rule, label):
            words = " ".join(clean(text_of(some[first : last + 1])).split())
            forms = (words.strip(_MARKS + "." * (not label.endswith("."))), words.strip(_MARKS + "."), words)
            text = next((one for one in forms if window.places(one)), "")
            found += [text] if text else []
    return found


def main(
    dataset: Annotated[Path, typer.Option(help="Folder of a dataset; its part for training is packed.")],
    out: Annotated[Path, typer.Option(help="The file, such as documents.jsonl.xz.")],
    types: Annotated[Path, typer.Option(help="Folder of document types.")] = SCHEMAS / "documents",
) -> None:
    """Pack labelled documents for the training of a language model."""
    typer.echo(f"{write(pack(dataset, load(types)), out)} documents, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    typer.run(main)
