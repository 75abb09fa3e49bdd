"""The small language model is trained from packed documents, by its command, and judged on documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
import typer
from tokenizers import Tokenizer
from typer.testing import CliRunner

from processors.extract.language.weights import check
from processors.forge.language import dataset_judging, small_language_model, small_training
from processors.forge.language.cut_documents import Source
from processors.forge.language.packed_documents import Packed, read, write
from processors.forge.language.small_tokenizer import PAD, control_id
from processors.forge.language.small_training import Groups, Size
from processors.forge.samples import Sample, write_samples
from tests.unit.extract.language.tiny import TYPES
from tests.unit.extract.made_pages import page

pytestmark = pytest.mark.train

NAMES = ("Bolt Trading", "Anvil Mart", "Cedar Mart")
OPTIONS = ("--groups", "2", "--tokens", "1500", "--seed", "3")


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("packed") / "documents.jsonl.xz"
    made = [
        Packed(
            "receipt",
            [[name, f"Date: 0{number}/04/2019", f"Total: {number}.50"]],
            {"company": [[name]], "date": [[f"0{number}/04/2019"]], "total": [[f"{number}.50"]], "address": []},
        )
        for number, name in enumerate(NAMES, 1)
    ]
    write(made, file)
    return file


@pytest.fixture(scope="module")
def trained(documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(small_training.SIZES, "small", Size(32, 64, 1, 1, 1))
        patch.setattr(small_language_model, "_FORMS", 20)
        patch.setattr(small_language_model, "_CUTS", 20)
        called = ("--documents", str(documents), "--out", str(out), *OPTIONS)
        runner = CliRunner()
        result = runner.invoke(_app(small_language_model.main), called, catch_exceptions=False)
        assert result.exit_code == 0
        report = json.loads(result.stdout.splitlines()[-1])
        again = out / "again"
        known = ("--tokenizer", str(out / "tokenizer.json"))
        runner.invoke(_app(small_language_model.main), (*called[:3], str(again), *OPTIONS, *known))
        assert (again / "model.safetensors").read_bytes() == (out / "model.safetensors").read_bytes()
        for file in again.iterdir():
            file.unlink()
        again.rmdir()
    assert report["digest"] == check(out)
    return out


def _app(command: Callable[..., None]) -> typer.Typer:
    app = typer.Typer()
    app.command()(command)
    return app


def test_it_is_judged_by_the_path_of_production(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "r.jsonl").write_text(page(f"{NAMES[0]}\nTotal: 5.50").to_json() + "\n")
    write_samples(tmp_path, [Sample("r", "receipt", "dev", {"company": NAMES[0], "total": "5.50"})])
    options = ("--dataset", str(tmp_path), "--weights", str(trained), "--json")
    result = CliRunner().invoke(_app(dataset_judging.main), options, catch_exceptions=False)
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["digest"] == check(trained)
    assert (found["documents"], found["prompts"], found["ungrounded"]) == (1, 1, 0)
    assert set(found["types"]) == {"receipt"}


def test_batches_keep_to_their_size_and_come_from_their_number_alone(documents: Path, trained: Path) -> None:
    tokenizer = Tokenizer.from_file(str(trained / "tokenizer.json"))
    source = Source.of(read(documents), {name: one for name, one in TYPES.items() if one.fields})
    groups = Groups(source, tokenizer, seed=1, groups=4, tokens=4_000)
    one, same = groups[2], groups[2]
    assert all(torch.equal(a[0], b[0]) for a, b in zip(one, same, strict=True))
    pad = control_id(tokenizer, PAD)
    full = sum(int((ids != pad).sum()) for ids, _ in one) / sum(ids.numel() for ids, _ in one)
    assert full > 0.6
    # widths are rounded up to 32 after counting
    assert all(ids.numel() <= 4_000 * 1.25 or len(ids) == 1 for ids, _ in one)


def test_a_training_that_has_no_time_left_stops(documents: Path, trained: Path) -> None:
    tokenizer = Tokenizer.from_file(str(trained / "tokenizer.json"))
    source = Source.of(read(documents), {name: one for name, one in TYPES.items() if one.fields})
    model = small_training.new_model(Size(32, 64, 1, 1, 1), 1, tokenizer)
    groups = Groups(source, tokenizer, seed=1, groups=1_000, tokens=1_000)
    assert small_training.train(model, groups, workers=0, seconds=1e-6, progress=lambda *_: None) == 0
