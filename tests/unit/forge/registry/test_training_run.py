from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from processors.adapters.memory import MemoryObjects
from processors.config import load
from processors.forge import trainers
from processors.forge.datasets.dataset_store import Datasets, Manifest
from processors.forge.errors import ForgeError, ModelUnfit
from processors.forge.registry import models_at_work
from processors.forge.registry.lineage import Candidate
from processors.forge.registry.promotions import Promotions
from processors.forge.registry.registry import Registry
from processors.forge.registry.training_run import FOR_TRAINING, Plan, train
from processors.forge.samples import read_samples, write_samples
from processors.pipeline import stage
from processors.places import Buckets
from processors.runtime.children import child_of
from tests.unit.forge.made_store import candidate, fake_train, gathered, open_gate, publish


def silent(step: str, share: float) -> None:
    """Nobody watches."""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = replace(trainers.KINDS["classifier"], train=f"{fake_train.__module__}:fake_train")
    monkeypatch.setitem(trainers.KINDS, "classifier", kind)


@pytest.fixture
def datasets() -> Datasets:
    return Datasets(MemoryObjects(), Buckets())


@pytest.fixture
def manifest(datasets: Datasets, tmp_path: Path) -> Manifest:
    return publish(datasets, gathered(tmp_path / "documents"))


def registry(datasets: Datasets) -> Registry:
    return Registry(datasets._objects, Buckets())


@pytest.mark.train
def test_the_classifier_learns_a_dataset_and_the_same_seed_gives_the_same_files(
    datasets: Datasets, tmp_path: Path
) -> None:
    pytest.importorskip("sklearn")
    manifest, dataset = publish(datasets, gathered(tmp_path / "documents", 12)), tmp_path / "dataset"
    datasets.fetch(manifest, dataset, FOR_TRAINING)
    steps: list[tuple[str, float]] = []
    plan = Plan("classifier", seed=3)
    first = train(plan, dataset, None, tmp_path / "first", lambda step, share: steps.append((step, share)))
    second = train(plan, dataset, None, tmp_path / "second", silent)
    assert first.digest == second.digest
    assert {step for step, _ in steps} == {"embedding", "fitting"}
    # Judged by the stage itself, on documents that training never got.
    everything = tmp_path / "all"
    datasets.fetch(manifest, everything, ("test",))
    models = models_at_work.arranged(load({}).models, {"classifier": tmp_path / "first"}, tmp_path / "home")
    figures = trainers.evaluator("classifier")(models, everything, "test", load({}).models)
    assert figures["all"]["documents"] == len(list(read_samples(everything, ("test",))))
    assert "receipt" in figures["types"]
    assert figures["all"]["released"]["wrong"] == 0
    assert figures["all"]["difference"] is not None
    page = trainers.reporter("classifier")(figures)
    assert "receipt" in page
    assert "<script" not in page


def test_only_some_types_are_trained_where_asked(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    datasets.fetch(manifest, tmp_path / "d", FOR_TRAINING)
    made = train(Plan("classifier", types=("receipt",)), tmp_path / "d", None, tmp_path / "out", silent)
    assert {one.type for one in made.lineage.documents} == {"receipt"}
    with pytest.raises(ForgeError, match="no documents of these types"):
        train(Plan("classifier", types=("tax",)), tmp_path / "d", None, tmp_path / "other", silent)


def test_a_folder_with_the_locked_split_is_not_trained_on(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    datasets.fetch(manifest, tmp_path / "d")
    with pytest.raises(ForgeError, match="holds the locked test split"):
        train(Plan("classifier"), tmp_path / "d", None, tmp_path / "out", silent)


def test_a_locked_document_that_was_smuggled_in_is_found_at_registration(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    datasets.fetch(manifest, tmp_path / "d")
    write_samples(tmp_path / "d", [replace(one, split="train") for one in read_samples(tmp_path / "d")])
    train(Plan("classifier"), tmp_path / "d", None, tmp_path / "out", silent)
    with pytest.raises(ForgeError, match="of the locked test split"):
        registry(datasets).register(tmp_path / "out", "Ann")
    assert registry(datasets).versions("classifier") == []


def test_changed_pages_are_not_trained_on(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    (sample, *_) = datasets.fetch(manifest, tmp_path / "d", FOR_TRAINING)
    sample.pages(tmp_path / "d").write_text("{}")
    with pytest.raises(ForgeError, match="are not those of letters@1"):
        train(Plan("classifier"), tmp_path / "d", None, tmp_path / "out", silent)


def test_a_model_that_was_changed_after_training_is_not_registered(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    out = candidate(datasets, manifest, tmp_path)
    np.savez(out / "head.npz", weights=np.zeros(8))
    with pytest.raises(ModelUnfit, match="not those that training wrote"):
        registry(datasets).register(out, "Ann")
    with pytest.raises(ForgeError, match=r"no candidate\.json"):
        registry(datasets).register(tmp_path, "Ann")


def test_a_model_of_another_dataset_is_not_registered(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    out = candidate(datasets, manifest, tmp_path)
    read = Candidate.model_validate_json((out / "candidate.json").read_bytes())
    other = read.model_copy(update={"lineage": read.lineage.model_copy(update={"digest": "0" * 64})})
    (out / "candidate.json").write_text(other.model_dump_json())
    with pytest.raises(ForgeError, match="not the dataset"):
        registry(datasets).register(out, "Ann")


def test_a_registration_that_died_leaves_a_number_that_is_never_used(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    datasets._objects.put("models", "classifier/000001/reserved.json", b"{}", "application/json")
    model = registry(datasets).register(candidate(datasets, manifest, tmp_path), "Ann")
    assert model.version == 2
    assert registry(datasets).versions("classifier") == [2]


def test_a_model_lists_what_it_has_seen_for_those_who_judge(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    out = candidate(datasets, manifest, tmp_path)
    model = registry(datasets).register(out, "Ann")
    assert set(json.loads((out / "trained_on.json").read_text())) == model.seen


def test_the_child_of_a_worker_is_told_the_folder_of_promoted_models(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    settings = load({"CHANCERY_HOME": str(tmp_path / "home")})
    store = registry(datasets)
    store.register(candidate(datasets, manifest, tmp_path), "Ann")
    log = Promotions(store, "classifier")
    log.request(1, "Ann", open_gate)
    log.approve(1, "Ben", open_gate)
    models = models_at_work.ready("classify", settings, lambda: datasets._objects)
    child = child_of(stage("classify"), replace(settings, models=models), tmp_path)
    assert child._environment["CHANCERY_MODELS"] == str(models)
    assert (models / "classifier" / "head.json").read_text() == '{"seed": 0}'


def test_a_stage_without_models_asks_no_server(tmp_path: Path) -> None:
    def unreachable() -> MemoryObjects:
        raise AssertionError("asked")

    settings = load({"CHANCERY_HOME": str(tmp_path)})
    assert models_at_work.ready("ocr", settings, unreachable) == settings.models


def test_a_kept_model_that_was_changed_on_this_machine_is_not_loaded(
    fake: None, datasets: Datasets, manifest: Manifest, tmp_path: Path
) -> None:
    store = registry(datasets)
    model = store.register(candidate(datasets, manifest, tmp_path), "Ann")
    folder = models_at_work.held(store, model, tmp_path / "home")
    (folder / "head.json").write_text('{"seed": 1}')
    with pytest.raises(ModelUnfit, match="remove the folder"):
        models_at_work.held(store, model, tmp_path / "home")
