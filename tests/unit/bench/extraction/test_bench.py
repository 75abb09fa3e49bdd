"""The whole benchmark on a handful of made documents, and what it learns from which of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench.extraction import dataset, folder, judged, learning, options, running
from bench.extraction.folder import labelled
from bench.manifest import TooFew
from processors.config import PACKAGE, SCHEMAS
from processors.document_types import load
from processors.forge.evaluation.reading import Case
from processors.forge.samples import read_samples
from tests.unit.bench.extraction import made_folder
from tests.unit.extract.made_pages import page

KINDS = dict(load(SCHEMAS / "documents"))


def say(words: str) -> None:
    assert words


@pytest.fixture
def cases(tmp_path: Path) -> list[Case]:
    """Twelve receipts on made pages."""
    made = made_folder.write(tmp_path / "documents", receipts=12)
    entries = labelled(made, frozenset({"receipts"}))
    pages = {
        one.name: page("\n".join(made_folder.receipt(number))).to_json() + "\n"
        for number, one in enumerate(entries, 1)
    }
    return dataset.make(entries, pages, tmp_path / "dataset")


@pytest.mark.timeout(900)  # two whole runs, on a machine that may be busy
def test_the_benchmark_ends_with_a_line_for_machines(tmp_path: Path) -> None:
    made, results, cache = made_folder.write(tmp_path / "documents"), tmp_path / "results", tmp_path / "cache"
    first = _run(made, results, cache, "--timed-pages", "1")
    assert first["how"] == "shipped"
    assert first["documents"] == 6
    assert first["ungrounded"] == first["ungrounded_released"] == 0
    assert first["schema_valid"] == 1.0
    assert first["micro_f1"]["receipts"]["value"] == pytest.approx(7 / 8)  # one total is labelled wrong
    assert first["micro_f1_legible"]["receipts"]["value"] == 1.0
    assert first["micro_f1"]["fcc"]["value"] == 1.0
    assert first["micro_f1"]["nda"]["value"] > 0.8  # upper case, underscores, no commas
    assert set(first["auroc"]) == {"receipts", "fcc", "nda"}
    assert (first["classification_documents"], first["unknown_documents"]) == (6, 1)
    assert first["extraction_share_of_ocr"] > 0
    assert first["few_shot"] is None
    assert len(list(cache.glob("*.jsonl"))) == 6
    assert (results / "extraction.md").read_text().startswith("# bench.extraction")
    assert (results / "extraction.png").read_bytes().startswith(b"\x89PNG")
    assert "<h1>" in (results / "extraction.html").read_text()
    before = {file: file.stat().st_mtime_ns for file in cache.glob("*.jsonl")}
    more = ("--folds", "2", "--only", "receipts", "--timed-pages", "0", "--no-classify")
    second = _run(made, results, cache, *more, module="tests.unit.bench.extraction.hurried")
    assert second["how"] == "cross-validated"
    assert second["documents"] == 4
    assert second["sets"]["receipts"]["new_to_the_models"] is True
    assert {file: file.stat().st_mtime_ns for file in cache.glob("*.jsonl")} == before  # read once


def _run(made: Path, results: Path, cache: Path, *more: str, module: str = "bench.extraction") -> dict[str, Any]:
    said = subprocess.run(
        [
            *(sys.executable, "-m", module, "--documents", str(made)),
            *("--results", str(results), "--pages", str(cache), "--json", *more),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[4],
    )
    assert said.returncode == 0, said.stderr
    line: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return line


def test_labels_are_found_wherever_they_lie(tmp_path: Path) -> None:
    entries = labelled(made_folder.write(tmp_path))
    assert [(one.name, one.set) for one in entries] == [
        ("legal-c1", "nda"),
        *((f"r{n}", "receipts") for n in range(1, 5)),
        ("i", "fcc"),
    ]
    assert entries[0].complete and not entries[1].complete
    with pytest.raises(TooFew, match="No labelled document of fara"):
        labelled(tmp_path, frozenset({"fara"}))
    (tmp_path / "MANIFEST.csv").write_text("name\nx\n")
    with pytest.raises(TooFew, match="no column `path`"):
        labelled(tmp_path)
    (tmp_path / "MANIFEST.csv").unlink()
    with pytest.raises(TooFew, match="is missing"):
        folder.manifest(tmp_path)


def test_no_document_is_read_by_a_model_that_learned_from_it(cases: list[Case], tmp_path: Path) -> None:
    seen: list[tuple[set[str], set[str]]] = []

    class Watched(learning.Learner):
        def learn(self, some: Any, name: str, say: Any, *, train: bool) -> Path:
            held = {case.sample.name for case in cases} - {case.sample.name for case in some}
            seen.append(({case.sample.name for case in some}, held))
            return super().learn(some, name, say, train=train)

    learner = Watched(PACKAGE / "models", KINDS, tmp_path / "learned")
    outcome = judged.cross_validated(cases, KINDS, learner, 3, say, train=False)
    assert sorted(one.document.name for one in outcome.judged) == sorted(case.sample.name for case in cases)
    assert all(learned and held and not learned & held for learned, held in seen)
    assert sorted(name for _, held in seen for name in held) == sorted(case.sample.name for case in cases)
    assert len(outcome.spent) == len(cases)


def test_few_are_learned_and_the_same_others_judged(
    cases: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = _trainer(monkeypatch)
    learner = learning.Learner(PACKAGE / "models", KINDS, tmp_path / "learned")
    outcomes = judged.few_shot("receipts", cases, [], KINDS, learner, [2, 6, 10], say)
    assert list(outcomes) == [2, 6]  # 10 of 12 would leave too few
    last = [case.sample.name for case in cases[6:]]
    assert [[one.document.name for one in outcome.judged] for outcome in outcomes.values()] == [last, last]
    assert [sorted(one) for one in trained] == [["r1", "r2"], [f"r{n}" for n in range(1, 7)]]
    learner = learning.Learner(PACKAGE / "models", KINDS, tmp_path / "from others")
    with_others = judged.few_shot("receipts", cases[6:], cases[:6], KINDS, learner, [3, 6, 7], say)
    assert list(with_others) == [3, 6]
    assert {one.document.name for one in with_others[3].judged} == set(last)


def test_a_learned_folder_holds_a_dataset_without_a_locked_part(
    cases: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trainer(monkeypatch)
    learner = learning.Learner(PACKAGE / "models", KINDS, tmp_path)
    models = learner.learn(cases, "all", say, train=True)
    samples = list(read_samples(tmp_path / "all" / "dataset"))
    assert len(samples) == len(cases)
    assert {one.split for one in samples} <= {"train", "dev"}
    assert all(one.pages(tmp_path / "all" / "dataset").read_text() for one in samples)
    assert {file.name for file in models.iterdir()} == {"classifier", "reader"}
    calibrated = learner.learn(cases, "calibration alone", say, train=False)
    assert "receipt/total" in json.loads((calibrated / "reader" / "calibration.json").read_text())


def test_what_cannot_be_asked_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = str(made_folder.write(tmp_path / "documents"))
    for wrong in (["--folds", "1"], ["--folds", "2", "--train", made], ["--train", str(tmp_path / "nowhere")]):
        with pytest.raises(SystemExit):
            options.parse("", ["--documents", made, *wrong])
    monkeypatch.setattr(learning, "can_train", lambda: False)
    with pytest.raises(TooFew, match="no reader that learns"):
        running.run(options.parse("", ["--documents", made, "--train", made]), say)


def _trainer(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A trainer that notes what it was given; the names of the documents, a list a call."""
    seen: list[list[str]] = []

    def train(
        dataset: Path, out: Path, *, base: Path | None, types: object, seed: int, progress: Any
    ) -> dict[str, Any]:
        seen.append([one.name for one in read_samples(dataset)])
        progress("epoch 1", 0.5)
        out.mkdir(parents=True)
        (out / "weights").write_text("none")
        return {}

    module = ModuleType("processors.forge.reader.train")
    module.train = train  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "processors.forge.reader", ModuleType("processors.forge.reader"))
    monkeypatch.setitem(sys.modules, "processors.forge.reader.train", module)
    return seen
