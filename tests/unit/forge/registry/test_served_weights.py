"""Weights for a model server: the files of the bucket, and none that have another digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.extract.language.weights import digest
from processors.forge.errors import ForgeError, ModelUnfit, NotThere
from processors.forge.registry import served_weights

FILES = {"config.json": b"{}", "params/model.safetensors": b"numbers", "tekken.json": b"[]"}


@pytest.fixture
def objects() -> MemoryObjects:
    store = MemoryObjects()
    for name, content in FILES.items():
        store.put("models", f"weights/mistral/{name}", content, "application/octet-stream")
    store.put("models", "weights/mistral-large/config.json", b"another's", "application/octet-stream")
    return store


@pytest.fixture
def wanted(tmp_path: Path) -> str:
    """The digest of the right files."""
    for name, content in FILES.items():
        (tmp_path / "right" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "right" / name).write_bytes(content)
    return digest(tmp_path / "right")


def test_the_files_are_written_and_the_second_time_only_checked(
    objects: MemoryObjects, tmp_path: Path, wanted: str
) -> None:
    to = tmp_path / "to"
    assert served_weights.fetch(objects, "models", "mistral", to, wanted) == 3
    assert {name: (to / name).read_bytes() for name in FILES} == FILES
    assert sorted(file.name for file in to.rglob("*") if file.is_file()) == sorted(
        Path(name).name for name in FILES
    )
    assert served_weights.fetch(MemoryObjects(), "models", "mistral", to, wanted) == 0


def test_another_byte_is_another_model(objects: MemoryObjects, tmp_path: Path, wanted: str) -> None:
    objects.put("models", "weights/mistral/params/model.safetensors", b"Numbers", "application/octet-stream")
    with pytest.raises(ModelUnfit, match=f"{wanted} is wanted"):
        served_weights.fetch(objects, "models", "mistral", tmp_path / "to", wanted)


def test_a_file_that_was_there_before_is_not_part_of_the_model(
    objects: MemoryObjects, tmp_path: Path, wanted: str
) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "modeling.py").write_text("import os")
    with pytest.raises(ModelUnfit, match="empty that folder"):
        served_weights.fetch(objects, "models", "mistral", tmp_path / "to", wanted)


def test_a_name_of_a_file_that_leads_out_of_the_folder_is_refused(
    objects: MemoryObjects, tmp_path: Path, wanted: str
) -> None:
    objects.put("models", "weights/mistral/../../outside", b"x", "application/octet-stream")
    with pytest.raises(ModelUnfit, match="outside their folder"):
        served_weights.fetch(objects, "models", "mistral", tmp_path / "to" / "deeper", wanted)
    assert not (tmp_path / "outside").exists()


def test_weights_that_nobody_brought_are_said_to_be_missing(objects: MemoryObjects, tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="put their files into models/weights/other/ first"):
        served_weights.fetch(objects, "models", "other", tmp_path / "to", "0" * 64)
    with pytest.raises(ForgeError, match="cannot be a name"):
        served_weights.fetch(objects, "models", "../other", tmp_path / "to", "0" * 64)
