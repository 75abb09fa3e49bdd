"""One suite for the forge on every object store: the memory fake and a real MinIO."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from processors import config
from processors.adapters.memory import MemoryObjects
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.forge import trainers
from processors.forge.datasets.dataset_store import Datasets
from processors.forge.errors import ForgeError, ModelUnfit, NotThere
from processors.forge.registry import models_at_work
from processors.forge.registry.promotions import SHIPPED, Champion, Promotions
from processors.forge.registry.registry import Registry
from processors.forge.registry.training_run import FOR_TRAINING
from processors.forge.samples import read_samples
from processors.local.environment import for_worker
from processors.orchestration import versions
from processors.places import Buckets
from processors.ports import Objects
from tests.unit.forge.made_store import fake_train, gathered, open_gate, publish, registered, shut_gate


@dataclass(frozen=True)
class Forge:
    settings: Settings
    objects: Objects
    datasets: Datasets
    registry: Registry
    promotions: Promotions


@pytest.fixture(params=["memory", pytest.param("minio", marks=pytest.mark.live)])
def forge(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    place = f"{fake_train.__module__}:{fake_train.__name__}"
    monkeypatch.setitem(
        trainers.KINDS,
        "classifier",
        replace(trainers.KINDS["classifier"], train=place),
    )
    if request.param == "memory":
        settings, objects = config.load({"CHANCERY_HOME": str(tmp_path / "home")}), MemoryObjects()
    else:
        settings = request.getfixturevalue("installation")
        objects = MinioObjects(settings.s3)  # type: ignore[assignment]
    buckets = Buckets(settings.prefix)
    registry = Registry(objects, buckets)
    yield Forge(settings, objects, Datasets(objects, buckets), registry, Promotions(registry, "classifier"))


def test_versions_never_change_and_no_document_changes_its_split(forge: Forge, tmp_path: Path) -> None:
    first = publish(forge.datasets, gathered(tmp_path / "a", 10))
    again = publish(forge.datasets, gathered(tmp_path / "b", 10))
    assert again == first  # the same content is no new version
    # The same files under other names, and new ones beside them.
    renamed = [
        replace(one, sample=replace(one.sample, name=f"scan-{number}"))
        for number, one in enumerate(gathered(tmp_path / "c", 14))
    ]
    second = publish(forge.datasets, renamed)
    assert (first.version, second.version) == (1, 2)
    assert first.digest != second.digest
    before = {one.pages_sha256: one.split for one in forge.datasets.samples(first)}
    after = {one.pages_sha256: one.split for one in forge.datasets.samples(second)}
    assert len(after) == 42
    assert all(after[pages] == split for pages, split in before.items())
    assert set(before.values()) == {"train", "dev", "test"}
    assert forge.datasets.manifest("letters", 1) == first
    assert forge.datasets.names() == ["letters"]


def test_training_gets_neither_pages_nor_labels_of_the_locked_split(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a"))
    locked = [one for one in forge.datasets.samples(manifest) if one.split == "test"]
    assert locked
    forge.datasets.fetch(manifest, tmp_path / "training", FOR_TRAINING)
    forge.datasets.fetch(manifest, tmp_path / "all")
    everything = "".join(file.read_text() for file in (tmp_path / "training").rglob("*") if file.is_file())
    for one in locked:
        assert one.pages(tmp_path / "all").is_file()
        assert not one.pages(tmp_path / "training").exists()
        assert f'"{one.name}"' not in everything
        assert one.pages_sha256 not in everything
    assert {one.split for one in read_samples(tmp_path / "training")} == {"train", "dev"}


def test_changed_pages_are_noticed(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a", 3))
    sample = forge.datasets.samples(manifest)[0]
    key = f"letters/pages/{sample.pages_sha256}.jsonl"
    forge.objects.put(Buckets(forge.settings.prefix).datasets, key, b"{}", "application/jsonl")
    with pytest.raises(ForgeError, match="changed"):
        forge.datasets.fetch(manifest, tmp_path / "all")


def test_a_model_is_kept_with_its_lineage_and_fetched_as_it_was(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a"))
    model = registered(forge.registry, forge.datasets, manifest, tmp_path, 1)
    assert model.label == "classifier@1"
    assert forge.registry.model("classifier") == model
    held_back = {one.name for one in forge.datasets.samples(manifest) if one.split == "test"}
    names = {one.name for one in model.lineage.documents}
    assert len(names) + len(held_back) == 60
    assert not names & held_back
    assert {one.licence for one in model.lineage.documents} == {"CC0-1.0"}
    assert (model.lineage.dataset, model.lineage.digest) == ("letters", manifest.digest)
    assert (model.seed, model.command, model.by) == (1, "train --seed 1", "Ann")
    forge.registry.fetch(model, tmp_path / "fetched")
    for file in model.files:
        there = (tmp_path / "1" / "candidate-1" / file.path).read_bytes()
        assert (tmp_path / "fetched" / file.path).read_bytes() == there
    with pytest.raises(NotThere):
        forge.registry.model("classifier", 2)


def test_of_two_who_decide_at_one_moment_one_is_told_to_look_again(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a", 3))
    for seed in (1, 2):
        registered(forge.registry, forge.datasets, manifest, tmp_path, seed)
    forge.promotions.request(1, "Ann", open_gate)

    def approve(name: str) -> str:
        try:
            return forge.promotions.approve(1, name, open_gate).by
        except ForgeError as error:
            return str(error)

    # The fake is no store for threads.
    with ThreadPoolExecutor(1 if isinstance(forge.objects, MemoryObjects) else 4) as pool:
        said = list(pool.map(approve, ("Ben", "Cid", "Dee", "Eve")))
    assert len([one for one in said if one in ("Ben", "Cid", "Dee", "Eve")]) == 1
    assert [entry.action for entry in forge.promotions.entries()] == ["requested", "approved"]


def test_the_way_of_a_model_to_work_and_back(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a", 3))
    models = [registered(forge.registry, forge.datasets, manifest, tmp_path, seed) for seed in (1, 2)]

    def at_work() -> Path:
        return models_at_work.ready("classify", forge.settings, lambda: forge.objects)

    assert forge.promotions.champion() == SHIPPED
    assert at_work() == forge.settings.models
    for model in models:
        with pytest.raises(ForgeError, match="refuses"):
            forge.promotions.request(model.version, "Ann", shut_gate)
        forge.promotions.request(model.version, "Ann", open_gate)
        assert forge.promotions.champion() != Champion(model.version, model.digest)
        with pytest.raises(ForgeError, match="another person"):
            forge.promotions.approve(model.version, " ann ", open_gate)
        forge.promotions.approve(model.version, "Ben", open_gate)
        assert forge.promotions.champion() == Champion(model.version, model.digest)
        folder = at_work()
        assert (folder / "classifier").resolve() == forge.settings.home.resolve() / "models" / model.digest
        assert (folder / "reader" / "calibration.json").read_bytes()  # the shipped rest is there too
    assert forge.promotions.roll_back("Cid", "too many unknown").version == 1
    assert (at_work() / "classifier").resolve().name == models[0].digest
    assert forge.promotions.roll_back("Cid", "still").version == 0
    assert at_work() == forge.settings.models
    with pytest.raises(ForgeError, match="nothing to go back from"):
        forge.promotions.roll_back("Cid", "again")
    told = [(entry.action, entry.version, entry.by) for entry in forge.promotions.entries()]
    assert told[-2:] == [("rolled_back", 1, "Cid"), ("rolled_back", 0, "Cid")]
    assert len(told) == 6


def test_a_candidate_is_tried_in_place_of_the_champion_and_only_where_it_is_named(
    forge: Forge, tmp_path: Path
) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a", 3))
    first, second = (registered(forge.registry, forge.datasets, manifest, tmp_path, seed) for seed in (1, 2))
    forge.promotions.request(1, "Ann", open_gate)
    forge.promotions.approve(1, "Ben", open_gate)

    def taken(*candidates: tuple[str, int]) -> str:
        settings = replace(forge.settings, candidates=candidates)
        return (models_at_work.ready("classify", settings, lambda: forge.objects) / "classifier").resolve().name

    assert (taken(), taken(("classifier", 2))) == (first.digest, second.digest)
    settings = replace(forge.settings, candidates=(("classifier", 2),))
    assert versions.at_work(settings, forge.objects)["classifier"] == "2"
    assert versions.at_work(forge.settings, forge.objects)["classifier"] == "1"
    for wrong, told in ((("classifier", 9), "no model classifier@9"), (("clasifier", 2), "no stage works with")):
        with pytest.raises(ModelUnfit, match=told):
            taken(wrong)
    bucket = Buckets(forge.settings.prefix).models
    forge.objects.put(bucket, "classifier/000002/files/head.json", b'{"seed": 7}', "application/json")
    shutil.rmtree(forge.settings.home / "models")
    with pytest.raises(ModelUnfit, match="is not the file that was registered"):
        taken(("classifier", 2))


def test_a_worker_takes_no_model_that_was_tampered_with(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a", 3))
    model = registered(forge.registry, forge.datasets, manifest, tmp_path, 1)
    forge.promotions.request(1, "Ann", open_gate)
    forge.promotions.approve(1, "Ben", open_gate)
    bucket = Buckets(forge.settings.prefix).models
    forge.objects.put(bucket, "classifier/000001/files/head.json", b'{"seed": 7}', "application/json")
    with pytest.raises(ModelUnfit, match=r"head\.json of classifier@1 is not the file that was registered"):
        models_at_work.ready("classify", forge.settings, lambda: forge.objects)
    assert not (forge.settings.home / "models" / model.digest).exists()


def test_a_changed_log_is_noticed(forge: Forge, tmp_path: Path) -> None:
    manifest = publish(forge.datasets, gathered(tmp_path / "a", 3))
    registered(forge.registry, forge.datasets, manifest, tmp_path, 1)
    entry = forge.promotions.request(1, "Ann", open_gate)
    forge.promotions.approve(1, "Ben", open_gate)
    forged = entry.model_copy(update={"by": "Zoe"}).model_dump_json().encode()
    key = "classifier/promotions/000001.json"
    forge.objects.put(Buckets(forge.settings.prefix).models, key, forged, "application/json")
    with pytest.raises(ModelUnfit, match="changed before entry 2"):
        forge.promotions.champion()


@pytest.mark.live
def test_a_worker_refuses_to_start_on_a_model_that_was_tampered_with(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kind = replace(trainers.KINDS["classifier"], train=f"{fake_train.__module__}:{fake_train.__name__}")
    monkeypatch.setitem(trainers.KINDS, "classifier", kind)
    objects, buckets = MinioObjects(installation.s3), Buckets(installation.prefix)
    registry, datasets = Registry(objects, buckets), Datasets(objects, buckets)
    registered(registry, datasets, publish(datasets, gathered(tmp_path / "a", 3)), tmp_path, 1)
    log = Promotions(registry, "classifier")
    log.request(1, "Ann", open_gate)
    log.approve(1, "Ben", open_gate)
    objects.put(buckets.models, "classifier/000001/files/head.json", b"[]", "application/json")
    done = subprocess.run(
        [sys.executable, "-m", "processors.cli", "worker", "classify", "--slot", "0"],
        env=for_worker(installation),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    (line,) = done.stderr.splitlines()
    assert done.returncode == 78
    assert "head.json of classifier@1 is not the file that was registered" in json.loads(line)["detail"]
