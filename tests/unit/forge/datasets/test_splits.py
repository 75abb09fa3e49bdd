from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.forge.datasets.dataset_store import Gathered
from processors.forge.datasets.splits import assigned, merged
from processors.forge.errors import ForgeError
from processors.forge.samples import Sample, samples_of, split_of, text_of


def document(folder: Path, name: str, content: str = "", **changes: Any) -> Gathered:
    pages = folder / f"{name}.jsonl"
    pages.write_text(content or name)
    return Gathered(replace(Sample(name, "letter", "train", {"number": "1"}), **changes), pages)


def test_the_same_file_with_the_same_labels_is_one_document(tmp_path: Path) -> None:
    found, duplicates = merged(
        [document(tmp_path, "a", "x"), document(tmp_path, "b", "x"), document(tmp_path, "c")]
    )
    assert [one.sample.name for one in found] == ["a", "c"]
    assert duplicates == 1


def test_the_same_file_with_different_labels_is_refused(tmp_path: Path) -> None:
    both = [document(tmp_path, "a", sha256="f"), document(tmp_path, "b", sha256="f", labels={"number": "2"})]
    with pytest.raises(ForgeError, match="a and b are the same file with different labels"):
        merged(both)


@pytest.mark.parametrize("review_first", [True, False])
def test_a_review_counts_more_than_a_label(tmp_path: Path, review_first: bool) -> None:
    label = document(tmp_path, "a", sha256="f")
    review = document(tmp_path, "r", sha256="f", origin="review", labels={"number": "2"})
    found, _ = merged([review, label] if review_first else [label, review])
    assert [one.sample.labels for one in found] == [{"number": "2"}]


def test_different_documents_of_one_name_get_names_of_their_own(tmp_path: Path) -> None:
    found, _ = merged([document(tmp_path, "a", sha256="1" * 64), document(tmp_path, "a", sha256="2" * 64)])
    assert [one.sample.name for one in found] == ["a", "a-22222222"]


def test_a_document_stays_where_it_was_whatever_it_is_called(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(50)]
    locked = next(name for name in names if split_of(name) == "test")
    open_to_all = next(name for name in names if split_of(name) == "train")
    history = [Sample(locked, "letter", "test", sha256="f")]
    (moved,) = assigned([document(tmp_path, open_to_all, sha256="f")], history, 0)
    (new,) = assigned([document(tmp_path, open_to_all, sha256="e")], history, 0)
    assert (moved.sample.split, new.sample.split) == ("test", "train")


def test_another_seed_splits_otherwise(tmp_path: Path) -> None:
    documents = [document(tmp_path, f"d{number}") for number in range(40)]
    first, again, other = ([one.sample.split for one in assigned(documents, (), seed)] for seed in (0, 0, 1))
    assert first == again != other


def test_samples_survive_their_file_whatever_their_labels_hold() -> None:
    sample = Sample("a", "letter", "dev", {"name": "line\u2028separator\x85 and more"}, licence="CC0-1.0")
    assert list(samples_of(text_of([sample]))) == [sample]
    with pytest.raises(ValueError, match="line 1"):
        list(samples_of('{"name": "a"}\n'))
    with pytest.raises(ValueError, match="split"):
        list(samples_of(text_of([replace(sample, split="secret")])))  # type: ignore[arg-type]
