"""From page records to a head and its figures, as another program calls it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

from processors.classify import head_files
from processors.config import load
from processors.forge.classifier import cross_validation
from processors.forge.classifier.evaluate import evaluate
from processors.forge.classifier.train import train
from processors.forge.classifier.typed_pages import TypedPages, read
from processors.text_encoder.onnx_encoder import OnnxEncoder
from tests.unit.classify.samples import page
from tests.unit.forge.made_documents import WORDS, text

pytestmark = pytest.mark.train
REST = "other"
TYPES = ("receipt", "nda_contract")


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(load({}).models / "classifier")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[TypedPages]:
    """Twelve documents of four kinds, two of them foreign; every third is kept for the test."""
    folder, made = tmp_path_factory.mktemp("pages"), []
    for kind in WORDS:
        for number in range(12):
            file = folder / f"{kind}-{number}.jsonl"
            file.write_text(page(text(kind, number)).to_json() + "\n", encoding="utf-8")
            name = kind if kind in TYPES else REST
            made.append(TypedPages(file.stem, name, file, "train" if number % 3 else "test", kind))
    return made


def test_the_same_samples_give_the_same_head_and_it_knows_others_of_their_kinds(
    samples: list[TypedPages], encoder: OnnxEncoder, tmp_path: Path
) -> None:
    steps: list[str] = []
    head = train(samples, encoder, rest=REST, progress=lambda what, _done, _of: steps.append(what))
    assert {"embedding documents", "holding out documents", "holding out types"} == set(steps)
    head_files.save(head, tmp_path / "a")
    head_files.save(train(samples, encoder, rest=REST), tmp_path / "b")
    assert (tmp_path / "a" / "head.npz").read_bytes() == (tmp_path / "b" / "head.npz").read_bytes()
    found = evaluate(head, samples, encoder, rest=REST)
    assert found["texts"] == 16
    assert found["known_kinds"]["accuracy_of_best_type"] == 1.0
    assert "unknown_kinds" not in found


def test_a_type_that_the_head_does_not_have_is_an_unknown_kind(
    samples: list[TypedPages], encoder: OnnxEncoder
) -> None:
    part = [sample for sample in samples if sample.type != "receipt"]
    strange = evaluate(train(part, encoder, rest=REST), samples, encoder, rest=REST)["unknown_kinds"]
    assert strange["texts"] == 4
    assert strange["unknown_or_rest"] == 1.0


def test_cross_validation_judges_every_document_and_every_strange_kind_once(
    samples: list[TypedPages], encoder: OnnxEncoder
) -> None:
    data = read(samples, encoder, REST, split="train")
    found = cross_validation.report(data, REST)
    assert found["new_documents"]["texts"] == len(data.types) == 32
    assert found["new_kinds_of_rest"]["texts"] == int(np.sum(data.types == REST))
    assert found["own_types_as_new_kinds"]["texts"] == int(np.sum(data.types != REST))


def test_records_that_are_missing_or_broken_are_an_error(encoder: OnnxEncoder, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        train([TypedPages("a", "receipt", tmp_path / "gone.jsonl")], encoder)
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="page record"):
        train([TypedPages("a", "receipt", broken)], encoder)
