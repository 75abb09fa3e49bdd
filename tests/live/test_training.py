"""The steps of the DAG `train` with the real commands: a model learns from a dataset, and is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.forge.datasets.dataset_store import Datasets, Gathered
from processors.forge.datasets.read_pages import plain
from processors.forge.registry.promotions import Promotions
from processors.forge.registry.registry import Registry
from processors.forge.samples import Sample
from processors.orchestration import training
from processors.orchestration.commanding import CommandFailedError, CommandRefusedError
from processors.places import Buckets
from tests.live.workers import environment
from tests.unit.forge.made_store import publish

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

#: What the encoder can tell apart, of each type; numbers make documents differ.
TEXTS = {
    "receipt": (
        "CORNER STORE {n} Market Street. Till {n} Cashier {n}. Milk 1.20 Bread 2.{n} Coffee 4.10 "
        "SUBTOTAL 17.{n} TAX 1.40 TOTAL 18.{n} CASH 20.00 CHANGE 1.05. Thank you for shopping with us, no. {n}."
    ),
    "nda_contract": (
        "Mutual non-disclosure agreement no. {n}. The receiving party shall keep the confidential information "
        "of the disclosing party secret for {n} years and return it on request. This agreement is governed by the "
        "laws of the State of Delaware. In witness whereof the parties have signed on day {n}."
    ),
    "other": (
        "Weather and sport, page {n}. The mayor opened the new bridge yesterday before a crowd of {n} people. Rain "
        "is expected in the north. The home team won its match by {n} goals, and the season goes on next week."
    ),
}


def documents(folder: Path, each: int = 60) -> list[Gathered]:
    """Labelled documents of three types."""
    folder.mkdir()
    found = []
    for kind, words in TEXTS.items():
        for number in range(10, 10 + each):
            pages = folder / f"{kind}-{number}.jsonl"
            text = words.format(n=number)
            pages.write_text("".join(page.to_json() + "\n" for page in plain(text)))
            labels = {"number": str(number)}
            found.append(Gathered(Sample(f"{kind}-{number}", kind, "train", labels, licence="CC0-1.0"), pages))
    return found


@pytest.fixture
def registry(installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Of an installation with a dataset, which the commands find by the environment."""
    for name, value in environment(installation).items():
        monkeypatch.setenv(name, value)
    objects, buckets = MinioObjects(installation.s3), Buckets(installation.prefix)
    publish(Datasets(objects, buckets), documents(tmp_path / "documents"))
    return Registry(objects, buckets)


def test_a_classifier_is_trained_and_judged_and_what_the_gate_refuses_is_not_asked_for(registry: Registry) -> None:
    """Texts as short as these are unknown to every classifier, so there is no calibration to measure."""
    asked = training.check(training.Wanted(kind="classifier", dataset="letters@1"), "ada")
    model = training.train(asked)
    assert model == "classifier@1"
    assert registry.model("classifier", 1).label == model
    judged = training.judge(asked, model)
    assert not judged["passed"]
    assert "| calibration error | not measured | at most 0.1 | **refused** |" in judged["table"]
    assert b"<html" in registry.read(judged["report"])
    with pytest.raises(CommandRefusedError, match="gate refuses"):
        training.ask(asked, model)
    assert Promotions(registry, "classifier").entries() == ()


def test_what_cannot_be_trained_is_refused_at_once(registry: Registry) -> None:
    asked = training.check(training.Wanted(kind="classifier", dataset="nothing"), "ada")
    with pytest.raises(CommandRefusedError, match="nothing"):
        training.train(asked)
    assert issubclass(CommandRefusedError, CommandFailedError)
