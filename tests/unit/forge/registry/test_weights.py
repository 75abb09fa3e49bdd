from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from processors.config import load
from processors.forge.errors import ModelUnfit
from processors.forge.registry.weights import digest_of, files_of


def test_the_shipped_classifiers_weights_may_be_loaded(tmp_path: Path) -> None:
    shipped = load({}).models / "classifier"
    for name in ("encoder.onnx", "head.npz", "head.json", "MODEL_CARD.md"):
        (tmp_path / name).write_bytes((shipped / name).read_bytes())
    assert len(files_of(tmp_path)) == 4


def _pickled() -> bytes:
    return pickle.dumps({"weights": [1.0]})


def _objects(file: Path) -> bytes:
    np.savez(file, weights=np.array([{"a": 1}], dtype=object))
    return file.read_bytes()


@pytest.mark.parametrize("name", ["model.pkl", "model.bin", "model.pt", "run.py", ".hidden.json", "README.md"])
def test_files_of_other_kinds_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(ModelUnfit, match="may not be part of a model"):
        files_of(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "model.onnx", "model.npz", "model.json"])
def test_a_pickle_under_another_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(_pickled())
    with pytest.raises(ModelUnfit, match="not what its name says"):
        files_of(tmp_path)


def test_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    _objects(tmp_path / "model.npz")
    with pytest.raises(ModelUnfit, match="not what its name says"):
        files_of(tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("{}")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(ModelUnfit):
        files_of(tmp_path)


def test_safetensors_are_taken(tmp_path: Path) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    assert [file.path for file in files_of(tmp_path)] == ["model.safetensors"]


def test_the_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("1")
    first = digest_of(files_of(tmp_path))
    (tmp_path / "a.json").rename(tmp_path / "b.json")
    second = digest_of(files_of(tmp_path))
    (tmp_path / "b.json").write_text("2")
    assert len({first, second, digest_of(files_of(tmp_path))}) == 3
