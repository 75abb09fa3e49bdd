"""Datasets and models for the forge's own tests: small, written by rule, stored behind any object store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from processors.forge.datasets.dataset_store import Datasets, Gathered, Manifest
from processors.forge.datasets.read_pages import plain
from processors.forge.datasets.splits import assigned, merged
from processors.forge.registry.gate import Condition
from processors.forge.registry.promotions import Champion
from processors.forge.registry.registry import Model, Registry
from processors.forge.registry.training_run import FOR_TRAINING, Plan, train
from processors.forge.samples import Sample
from processors.forge.trainers import Progress
from tests.unit.forge.made_documents import WORDS, text

OPEN = (Condition(name="all", ok=True, found="1", wanted="1"),)
SHUT = (Condition(name="precision", ok=False, found="0.5", wanted="at least 0.9"),)


def gathered(
    folder: Path, each: int = 20, kinds: Sequence[str] = ("receipt", "nda_contract", "other")
) -> list[Gathered]:
    """Documents of three types; their labels hold nothing but a number."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for kind in kinds:
        for number in range(each):
            pages = folder / f"{kind}-{number}.jsonl"
            words = text({"other": "newspaper"}.get(kind, kind), number)
            pages.write_text("".join(page.to_json() + "\n" for page in plain(words)))
            sample = Sample(f"{kind}-{number}", kind, "train", {"number": str(number)}, licence="CC0-1.0")
            found.append(Gathered(sample, pages))
    return found


def publish(datasets: Datasets, documents: Sequence[Gathered], name: str = "letters") -> Manifest:
    """A version of a dataset, as the command builds it."""
    unique, _ = merged(documents)
    return datasets.publish(name, assigned(unique, datasets.history(name), 0), seed=0, sources=["a test"])[0]


def fake_train(
    dataset: Path,
    out: Path,
    *,
    base: Path | None,
    types: Sequence[str] | None,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """A trainer that learns nothing: what it writes depends on the seed alone."""
    np.savez(out / "head.npz", weights=np.random.default_rng(seed).random(8))
    (out / "head.json").write_text(json.dumps({"seed": seed}))
    progress("learning nothing", 1.0)
    return {"seed": seed}


def candidate(datasets: Datasets, manifest: Manifest, work: Path, seed: int = 0, kind: str = "classifier") -> Path:
    """A candidate's folder; `trainers.KINDS` must name `fake_train` for the kind."""
    dataset, out = work / "dataset", work / f"candidate-{seed}"
    datasets.fetch(manifest, dataset, FOR_TRAINING)
    train(Plan(kind, seed=seed, licence="CC0-1.0", command=f"train --seed {seed}"), dataset, None, out, _silent)
    return out


def registered(registry: Registry, datasets: Datasets, manifest: Manifest, work: Path, seed: int) -> Model:
    """A registered model that learned nothing."""
    return registry.register(candidate(datasets, manifest, work / str(seed), seed), "Ann")


def open_gate(_: Champion) -> tuple[Condition, ...]:
    """A gate that lets everything through."""
    return OPEN


def shut_gate(_: Champion) -> tuple[Condition, ...]:
    """A gate that lets nothing through."""
    return SHUT


def _silent(step: str, share: float) -> None:
    assert 0.0 <= share <= 1.0


__all__ = ["WORDS", "candidate", "fake_train", "gathered", "open_gate", "publish", "registered", "shut_gate"]
