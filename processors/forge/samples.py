"""A dataset on disk: labelled documents as they were read, with the part that each may be used for.

```
DATASET/
  dataset.json      name, version, seed of the split, where it came from, counts
  samples.jsonl     a line a document, see `Sample`
  pages/NAME.jsonl  its page records, as recognition wrote them
```
A dataset holds no originals: what is trained on is what recognition read, and what it came from is named by digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

#: "test" is locked: nothing is fitted on it or chosen by it; it is looked at by the gate alone
Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
#: of a hundred documents
TEST_SHARE, DEV_SHARE = 20, 15


@dataclass(frozen=True)
class Sample:
    """One labelled document."""

    #: unique in the dataset; also the name of its page records
    name: str
    #: the document type, or a class of the classifier that is none, such as "other"
    type: str
    split: Split
    #: by field path or name: a text, or a list (alternatives of a single field, all members of an array field)
    labels: dict[str, Any] = field(default_factory=dict)
    #: a field without a label is not in the document; else nothing is known of it
    complete: bool = True
    #: the label's dates give no day
    month_only: bool = False
    #: where the labels come from: "labels" of a folder, or "review" by a person
    origin: str = "labels"
    #: sha256 of the original file; "" where there is none (text only)
    sha256: str = ""
    #: sha256 of the page records
    pages_sha256: str = ""
    licence: str = ""

    def pages(self, dataset: Path) -> Path:
        """Its page records."""
        return dataset / "pages" / f"{self.name}.jsonl"


def split_of(name: str, seed: int = 0) -> Split:
    """The part to which a document belongs, for ever: by its name, so that no later version moves it."""
    place = int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:4], "big") % 100
    return "test" if place < TEST_SHARE else "dev" if place < TEST_SHARE + DEV_SHARE else "train"


def read_samples(dataset: Path, splits: Iterable[Split] = SPLITS) -> Iterator[Sample]:
    """The documents of some parts of a dataset, in the order of its file.

    Raises:
        ValueError: a line is no sample; the message names the line.
    """
    wanted = set(splits)
    for sample in samples_of((dataset / "samples.jsonl").read_text(encoding="utf-8")):
        if sample.split in wanted:
            yield sample


def samples_of(text: str) -> Iterator[Sample]:
    """The documents that the text of a `samples.jsonl` names, in its order.

    Raises:
        ValueError: a line is no sample; the message names the line.
    """
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        try:
            sample = Sample(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise ValueError(f"samples.jsonl, line {number}: no sample of a dataset") from error
        if sample.split not in SPLITS:
            raise ValueError(f"samples.jsonl, line {number}: the split is none of {', '.join(SPLITS)}")
        yield sample


def write_samples(dataset: Path, samples: Iterable[Sample]) -> int:
    """Write `samples.jsonl`; returns how many there are."""
    chosen = list(samples)
    (dataset / "samples.jsonl").write_text(text_of(chosen), encoding="utf-8")
    return len(chosen)


def text_of(samples: Iterable[Sample]) -> str:
    """The text of a `samples.jsonl`: the same samples in the same order give the same text."""
    lines = (json.dumps(asdict(sample), ensure_ascii=False, sort_keys=True) for sample in samples)
    return "".join(line + "\n" for line in lines)
