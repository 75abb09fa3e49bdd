from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from rich.console import Console

from processors.classify import head_files
from processors.classify.terms import terms
from processors.config import PACKAGE, load
from processors.extract.encoder.model import Lower
from processors.extract.encoder.windows import Window
from processors.forge.classifier import export_encoder, train_classifier
from processors.forge.classifier.dataset import read_type_map
from processors.text_encoder.onnx_encoder import OnnxEncoder
from tests.unit.forge.made_documents import text, write_documents, write_types

pytestmark = pytest.mark.train
MODEL = load({}).models / "classifier"


def trained(folder: Path, documents: Path, types: Path) -> dict[str, object]:
    return train_classifier.run(
        [documents],
        [],
        folder,
        settings=load({}),
        encoder=MODEL,
        types=read_type_map(PACKAGE / "forge" / "classifier" / "type_map.yaml", types),
        cache=folder.parent / "cache",
        console=Console(file=io.StringIO()),
    )


def test_training_makes_a_model_folder_that_judges_and_is_the_same_next_time(tmp_path: Path) -> None:
    documents, types = write_documents(tmp_path / "documents"), write_types(tmp_path / "types")
    first = trained(tmp_path / "first", documents, types)
    second = trained(tmp_path / "second", documents, types)
    assert first == second
    head, encoder = head_files.load(tmp_path / "first"), OnnxEncoder(tmp_path / "first")
    assert head.types == ("nda_contract", "other", "receipt")
    new = text("receipt", 9)
    assert head.judge(encoder.embed([new]), terms(new.split())).scores[0][0] == "receipt"


@pytest.mark.filterwarnings("ignore::UserWarning")  # the exporter warns of axis names that it drops
def test_an_exported_encoder_agrees_with_torch_and_is_the_one_we_ship(tmp_path: Path) -> None:
    weights = export_encoder.weights_folder()
    export_encoder.export(weights, tmp_path)
    letters = sorted((PACKAGE / "forge" / "classifier" / "examples" / "letter").glob("*.txt"))
    texts = [file.read_text(encoding="utf-8") for file in letters[:12]]
    mean, least = export_encoder.agreement(weights, tmp_path, texts)
    assert mean >= export_encoder.LEAST_AGREEMENT
    assert least >= 0.95
    assert letters
    ids = np.array([101, 2000, 102])
    window = Window(1, (), ids, np.zeros((3, 5), np.int64), ids, ids)
    assert np.allclose(Lower(tmp_path).states(window), Lower(MODEL).states(window), atol=1e-3)
    shipped = OnnxEncoder(MODEL).embed(texts)
    assert (OnnxEncoder(tmp_path).embed(texts) * shipped).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
