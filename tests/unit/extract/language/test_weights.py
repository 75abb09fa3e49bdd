"""Which folders of weights are loaded at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.extract.language.weights import WeightsRefused, check, digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "mistral"}))
    return tmp_path


def test_a_folder_with_the_right_digest_is_taken(folder: Path) -> None:
    assert check(folder) == check(folder, digest(folder)) == digest(folder)


def test_the_digest_is_of_names_and_contents_and_not_of_the_model_card(folder: Path) -> None:
    before = digest(folder)
    (folder / "MODEL_CARD.md").write_text("words")
    assert digest(folder) == before
    (folder / "tokenizer.json").rename(folder / "tokenizer2.json")
    assert digest(folder) != before
    with pytest.raises(WeightsRefused, match="manifest says"):
        (folder / "tokenizer2.json").rename(folder / "tokenizer.json")
        (folder / "model.safetensors").write_bytes(b"other weights")
        check(folder, before)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "adapter/adapter_model.bin", "a.pt", "b.PKL", "modeling.py"])
def test_files_that_may_hold_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(WeightsRefused, match="may hold code"):
        check(folder)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("model.safetensors", None, "no safetensors"),
        ("tokenizer.json", None, "neither tokenizer.json nor tekken.json"),
        ("config.json", None, "cannot be read"),
        ("config.json", "{", "cannot be read"),
        ("config.json", "[]", "no configuration"),
        ("config.json", '{"model_type": "mistral", "auto_map": {}}', "code from the folder"),
        ("config.json", '{"model_type": "llama"}', "'llama'"),
        ("adapter_config.json", "{}", "belongs in adapter/"),
    ],
)
def test_what_is_missing_or_foreign_is_named(folder: Path, name: str, content: str | None, says: str) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content)
    with pytest.raises(WeightsRefused, match=says):
        check(folder)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="no safetensors"):
        check(tmp_path / "nothing")
