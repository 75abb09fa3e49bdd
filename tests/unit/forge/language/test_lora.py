"""An adapter for a causal model: trained on answers alone, the same for the same seed, and used in reading."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
from pathlib import Path

import pytest

pytest.importorskip("peft")

import torch

from processors.extract.language.reader import LanguageReader
from processors.extract.language.transformers_model import TransformersModel
from processors.forge.language.lora import train_lora
from processors.forge.samples import Sample, write_samples
from tests.unit.extract.language.tiny import TYPES, untrained
from tests.unit.extract.made_pages import page

pytestmark = [
    pytest.mark.train,
    # peft 0.21.2 asks transformers 5.23.0 by an older name
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
]
NAMES = ("Bolt Trading", "Anvil Mart", "Cedar Mart", "Delta Trading")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return untrained(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    (folder / "pages").mkdir()
    samples = []
    for number, name in enumerate(NAMES):
        text = f"{name}\nDate: 0{number + 1}/04/2019\nTotal: {number + 3}.50"
        labels = {"company": name, "date": f"2019-04-0{number + 1}", "total": f"{number + 3}.50"}
        samples.append(Sample(f"s{number}", "receipt", "train", labels))
        (folder / "pages" / f"s{number}.jsonl").write_text(page(text).to_json() + "\n")
    samples.append(Sample("t", "receipt", "test", {"company": "must not be read"}))
    write_samples(folder, samples)
    return folder


def trained(base: Path, dataset: Path, out: Path, seed: int = 1, steps: int = 12) -> dict[str, float]:
    seen: list[int] = []
    figures = train_lora(
        base, dataset, out, types=TYPES, seed=seed, steps=steps, progress=lambda step, _: seen.append(step)
    )
    assert seen == list(range(1, steps + 1))
    return figures


def test_the_loss_falls_the_counts_are_told_and_no_network_is_asked(
    base: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    figures = trained(base, dataset, tmp_path, steps=70)
    counts = ("documents", "prompts", "values", "values_not_found", "prompts_too_long")
    assert [figures[key] for key in counts] == [4, 4, 12, 0, 0]
    assert figures["last_loss"] < 0.8 * figures["first_loss"]


def test_the_same_seed_gives_the_same_adapter(base: Path, dataset: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        trained(base, dataset, tmp_path / name, seed, steps=3)
    a, b, c = (
        hashlib.sha256((tmp_path / name / "adapter_model.safetensors").read_bytes()).hexdigest() for name in "abc"
    )
    assert a == b != c
    config = json.loads((tmp_path / "a" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == base.name
    assert {file.name for file in (tmp_path / "a").iterdir()} == {
        "adapter_model.safetensors",
        "adapter_config.json",
    }


def test_the_reader_answers_otherwise_with_the_adapter(base: Path, dataset: Path, tmp_path: Path) -> None:
    adapted = tmp_path / "adapted"
    shutil.copytree(base, adapted)
    trained(base, dataset, adapted / "adapter", steps=12)
    (asked,) = LanguageReader().prompts(
        [page("Elm Mart\nDate: 05/04/2019\nTotal: 9.50")], TYPES["receipt"], tmp_path
    )
    plain, taught = TransformersModel(base), TransformersModel(adapted)
    assert plain.digest != taught.digest
    (before,), (after,) = plain.complete([asked]), taught.complete([asked])
    assert before.untrusted_text != after.untrusted_text
    # answers of the form are what it wants by now: less of its belief lies outside of the grammar
    assert sum(after.outside) / len(after.outside) < sum(before.outside) / len(before.outside)


def test_a_dataset_without_documents_of_the_types_is_refused(base: Path, dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no sample of these types"):
        train_lora(base, dataset, tmp_path, types={}, seed=1, steps=1, progress=lambda *_: None)
