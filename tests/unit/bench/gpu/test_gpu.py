"""The benchmark of GPUs runs on a machine without one, checks answers by itself, and compares like with like."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from bench.gpu import __main__ as bench
from bench.gpu import large, report
from bench.gpu.measuring import Speed, Way
from bench.gpu.questions import proof, questions
from processors.stage import Completion
from tests.unit.extract.language.tiny import untrained

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return untrained(tmp_path_factory.mktemp("untrained"))


def test_it_measures_both_models_and_writes_what_it_found(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    size = ("--pages", "2", "--words", "20", "--tokens", "8", "--threads", "1", "--large", "tiny")
    monkeypatch.setattr(sys, "argv", ["gpu", "--weights", str(folder), "--results", str(tmp_path), "--json", *size])
    bench.main()
    out = capsys.readouterr()
    assert "no GPU" in out.err
    found = json.loads(out.out.splitlines()[-1])
    assert found == json.loads((tmp_path / "gpu.json").read_text())
    assert set(found["models"]) == {"shipped", "random tiny"}
    for one in found["models"].values():
        assert len(one["ways"]) == 3 and one["ratios"]
        assert all(way["answer_tokens"] > 0 for way in one["ways"])
    assert "no GPU" in (tmp_path / "gpu.md").read_text()


def test_answers_are_checked_without_the_grammars_help(tmp_path: Path) -> None:
    (asked,) = questions(1, 30, 64, tmp_path)
    word = next(chunk for chunk in asked.window.chunks if chunk.isalpha())
    names = [name for name, _ in asked.shape.members]
    right = json.dumps({name: word if name == names[0] else None for name in names}, separators=(",", ":"))

    def checked(text: str, *, finished: bool = True) -> tuple[int, int, int, int]:
        found = proof([asked], [Completion(text, ((text, -0.1),), finished)])
        return found.finished, found.of_the_schema, found.texts, found.not_on_the_page

    assert checked(right) == (1, 1, 1, 0)
    assert checked(right.replace(word, "invented")) == (1, 1, 1, 1)
    assert checked('{"other":1}') == (1, 0, 0, 0)
    assert checked("no json") == (1, 0, 0, 0)
    assert checked(right, finished=False) == (0, 0, 0, 0)


def test_ratios_compare_ways_that_differ_in_one_thing() -> None:
    base = Way("cuda", 8, True, 16)
    lines = [
        Speed(base, 1.0, 0, 800, None),
        Speed(replace(base, held=False), 1.0, 0, 1600, None),
        Speed(replace(base, batch=1, pages=4), 1.0, 0, 200, None),
        Speed(replace(base, device="cpu", pages=2), 1.0, 0, 100, None),
    ]
    assert report.ratios(lines) == {
        "cuda: 8 side by side to one by one, with the grammar": 4.0,
        "cuda: tokens a second with the grammar to without": 0.5,
        "cuda bf16 to cpu fp32, with the grammar": 8.0,
    }


def test_weights_that_are_used_twice_count_once(folder: Path, tmp_path: Path) -> None:
    large.write(folder, "tiny", tmp_path / "large", "cpu")
    vocabulary, width, inside, layers = 1_024, 64, 128, 2
    matrices = width * width * 2 + width * 32 * 2 + 3 * width * inside + 2 * width
    assert large.parameters(tmp_path / "large") == vocabulary * width + layers * matrices + width
