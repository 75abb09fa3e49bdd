"""The whole way by command: dataset, training, registration, judging, promotion, going back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from processors.adapters.memory import MemoryObjects
from processors.commands import surroundings
from processors.commands.exits import Exit
from processors.config import PACKAGE, Settings
from processors.forge import trainers
from processors.forge.datasets.dataset_store import Datasets
from processors.forge.registry import evaluations, gate, models_at_work
from processors.forge.registry.promotions import Promotions
from processors.forge.registry.registry import Registry
from processors.ocr.lines import line_reader
from processors.places import Buckets
from processors.runtime.codec import decode
from tests.people import people
from tests.unit.commands.conftest import (  # noqa: F401
    KeptActs,
    acts,
    added,
    chancery,
    clean,
    ledger,
    objects,
    operated,
    stack,
)
from tests.unit.forge.made_store import fake_train, gathered, publish

HERE = __name__


def worth(model: Path) -> float:
    """What a model that learned nothing is said to be worth: its seed, in percent."""
    file = model / "classifier" / "head.json"
    return float(json.loads(file.read_text())["seed"]) / 100 if file.is_file() else 0.0


def fake_figures(model: Path, dataset: Path, split: str, champion: Path | None) -> dict[str, Any]:
    mine, theirs = worth(model), worth(champion) if champion else 0.0
    gap = mine - theirs
    one = {
        "documents": 40,
        "micro_f1": {"value": mine, "low": mine - 0.01, "high": mine + 0.01},
        "difference": {"value": gap, "low": gap - 0.01, "high": gap + 0.01},
        "released": {"values": 10, "precision": 1.0},
        "ece": 0.01,
        "auroc_interval": None,
        "review": {"bearable": 0.01, "threshold": 0.977, "values": 0.67},
    }
    return {"split": split, "all": one, "types": {"receipt": one}, "worst": [{"picture": "secret"}]}


def fake_report(figures: Mapping[str, Any]) -> str:
    return f"<html>{figures['split']}</html>"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, stack: None, objects: MemoryObjects, tmp_path: Path) -> Settings:  # noqa: F811
    """The stack, with a kind that learns nothing and a shipped model worth 0.5."""
    kind = replace(
        trainers.KINDS["classifier"],
        train=f"{fake_train.__module__}:fake_train",
        evaluate=f"{HERE}:fake_figures",
        report=f"{HERE}:fake_report",
    )
    monkeypatch.setitem(trainers.KINDS, "classifier", kind)
    shipped = tmp_path / "shipped"
    (shipped / "classifier").mkdir(parents=True)
    (shipped / "classifier" / "head.json").write_text('{"seed": 50}')
    # Labelled documents are read, and recognition does not start without its line reader.
    (shipped / line_reader.FOLDER).symlink_to(PACKAGE / "models" / line_reader.FOLDER)
    with surroundings.around() as at:
        settings = replace(at.settings, models=shipped)
    around = surroundings.around

    from contextlib import contextmanager

    @contextmanager
    def ours() -> Any:
        with around() as at:
            yield replace(at, settings=settings)

    monkeypatch.setattr(surroundings, "around", ours)
    publish(Datasets(objects, Buckets()), gathered(tmp_path / "documents"))
    return settings


def trained(tmp_path: Path, seed: int) -> str:
    out = tmp_path / f"out-{seed}"
    done = chancery(
        "forge", "train", "classifier", "--dataset", "letters@1", "--out", out, "--seed", str(seed),
        "--register", "Ann", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["model"])


def judged(model: str) -> Any:
    return chancery("forge", "evaluate", model, "--dataset", "letters", "--split", "test", "--json")


def put_to_work(model: str) -> None:
    assert judged(model).exit_code == 0
    assert chancery("forge", "promote", model, "--by", "Ann").exit_code == 0
    assert chancery("forge", "approve", model, "--by", "Ben").exit_code == 0


def test_the_whole_way(fake: Settings, objects: MemoryObjects, tmp_path: Path) -> None:  # noqa: F811
    model = trained(tmp_path, 80)
    assert model == "classifier@1"
    early = chancery("forge", "promote", model, "--by", "Ann")
    assert early.exit_code == Exit.NOT_FOUND
    assert "not measured on the locked test split" in early.output
    done = judged(model)
    told = json.loads(done.stdout)
    assert all(condition["ok"] for condition in told["gate"])
    assert told["champion"] == "shipped"
    own = told["thresholds"]["receipt"]
    assert (own["own"], own["measured"]) == (0.9, 0.977)
    shown = chancery("forge", "evaluate", model, "--dataset", "letters", "--split", "test")
    assert "0.977" in shown.output and "67%" in shown.output
    assert "worst" not in told["figures"]  # values and pictures stay on the page for people
    assert objects.read(objects.info("models", told["report"]).ref) == b"<html>test</html>"  # type: ignore[union-attr]
    assert chancery("forge", "approve", model, "--by", "Ben").exit_code == Exit.FAILED  # nobody asked yet
    assert chancery("forge", "promote", model, "--by", "Ann").exit_code == 0
    same = chancery("forge", "approve", model, "--by", "ANN")
    assert same.exit_code == Exit.FAILED
    assert "another person" in same.output
    assert "  " not in chancery("forge", "models").output.split("classifier@1")[0][-2:].strip()
    assert chancery("forge", "approve", model, "--by", "Ben").exit_code == 0
    listed = json.loads(chancery("forge", "models", "--json").stdout)["models"]
    assert [(one["model"], one["champion"]) for one in listed] == [("classifier@1", True)]
    folder = models_at_work.ready("classify", fake, lambda: objects)
    assert worth(folder) == 0.8
    back = chancery("forge", "rollback", "classifier", "--by", "Cid", "--reason", "too many unknown")
    assert "back from classifier@1 to the shipped classifier" in back.output
    log = json.loads(chancery("forge", "log", "classifier", "--json").stdout)["entries"]
    assert [one["action"] for one in log] == ["requested", "approved", "rolled_back"]
    assert log[2]["reason"] == "too many unknown"
    assert {condition["name"] for condition in log[1]["gate"]} >= {"unseen", "calibration error"}
    for command in (("show", model), ("models",), ("log", "classifier"), ("dataset", "list")):
        assert chancery("forge", *command).exit_code == 0
    assert "CC0-1.0: 60" in chancery("forge", "dataset", "show", "letters").output


def test_where_it_is_said_who_operates_others_put_no_model_to_work(
    fake: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model reads documents of every agency, so an operator for one is not enough."""
    model = trained(tmp_path, 80)
    assert judged(model).exit_code == 0
    operated(monkeypatch, people(tmp_path))
    back = ("rollback", "classifier", "--reason", "x", "--by")
    for asked in (("promote", model, "--by"), ("approve", model, "--by"), back):
        for by, why in (("ruth", "no operator"), ("al", "every agency")):
            done = chancery("forge", *asked, by)
            assert (done.exit_code, why in done.output) == (Exit.FAILED, True)
    assert chancery("forge", "promote", model, "--by", "ada").exit_code == 0
    assert chancery("forge", "approve", model, "--by", "grace").exit_code == 0


def test_a_worse_model_is_refused_with_its_reason_and_without_the_gate_it_would_go_to_work(
    fake: Settings,
    objects: MemoryObjects,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worse = trained(tmp_path, 20)
    assert judged(worse).exit_code == 0
    refused = chancery("forge", "promote", worse, "--by", "Ann")
    assert refused.exit_code == Exit.FAILED
    assert "micro-F1 beside the champion, receipt: -0.300" in refused.output
    assert Promotions(Registry(objects, Buckets()), "classifier").entries() == ()
    # The control: with a gate that looks at nothing the same model passes, so it is the gate that held it.
    monkeypatch.setattr(
        evaluations, "conditions", lambda _: (gate.Condition(name="", ok=True, found="", wanted=""),)
    )
    put_to_work(worse)
    assert Promotions(Registry(objects, Buckets()), "classifier").champion().version == 1


def test_who_repeats_a_word_says_nothing_new(fake: Settings, tmp_path: Path) -> None:
    """A job that was killed over the answer asks again; another person's word is another."""
    model = trained(tmp_path, 80)
    assert judged(model).exit_code == 0
    for by in ("Ann", "ann ", "Cid"):
        assert chancery("forge", "promote", model, "--by", by).exit_code == 0
    for by in ("Ben", "BEN"):
        assert chancery("forge", "approve", model, "--by", by).exit_code == 0
    assert chancery("forge", "approve", model, "--by", "Dan").exit_code == Exit.FAILED
    log = json.loads(chancery("forge", "log", "classifier", "--json").stdout)["entries"]
    assert [(one["action"], one["by"]) for one in log] == [
        ("requested", "Ann"), ("requested", "Cid"), ("approved", "Ben"),
    ]  # fmt: skip


def test_the_gate_wants_a_comparison_with_the_champion_of_now(fake: Settings, tmp_path: Path) -> None:
    first, second = trained(tmp_path, 80), trained(tmp_path, 70)
    assert judged(second).exit_code == 0  # better than the shipped one
    put_to_work(first)
    stale = chancery("forge", "promote", second, "--by", "Ann")
    assert stale.exit_code == Exit.FAILED
    assert "champion: compared with" in stale.output
    assert judged(second).exit_code == 0
    assert "micro-F1" in chancery("forge", "promote", second, "--by", "Ann").output


def test_a_request_does_not_outlive_a_change_of_the_champion(fake: Settings, tmp_path: Path) -> None:
    first, second = trained(tmp_path, 60), trained(tmp_path, 70)
    assert judged(second).exit_code == 0
    assert chancery("forge", "promote", second, "--by", "Ann").exit_code == 0
    put_to_work(first)
    late = chancery("forge", "approve", second, "--by", "Ben")
    assert late.exit_code == Exit.FAILED
    assert "Nobody asked last" in late.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "classifier@9"), Exit.NOT_FOUND),
        (("show", "classifier"), Exit.FAILED),
        (("dataset", "show", "nothing"), Exit.NOT_FOUND),
        (("dataset", "show", "../x"), Exit.FAILED),
        (("dataset", "build", "x"), Exit.USAGE),
        (("train", "oracle", "--dataset", "letters", "--out", "x"), Exit.FAILED),
        (("nonsense",), Exit.USAGE),
        (("rollback", "classifier", "--by", "Ann", "--reason", "x"), Exit.FAILED),
    ],
)
def test_what_cannot_be_done_ends_with_its_code(fake: Settings, arguments: tuple[str, ...], code: Exit) -> None:
    assert chancery("forge", *arguments).exit_code == code


def test_a_dataset_is_built_by_command_and_fetched_for_training(fake: Settings, tmp_path: Path) -> None:
    place = tmp_path / "agency"
    place.mkdir()
    lines = []
    for number in range(12):
        (place / f"letter-{number}.txt").write_text(f"Dear office, number {number}\n")
        lines.append({"file": f"letter-{number}.txt", "doc_type": "letter", "fields": {"number": str(number)}})
    (place / "labels.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    built = chancery("forge", "dataset", "build", "mail", "--documents", place, "--json")
    assert json.loads(built.stdout)["documents"] == 12
    more = chancery("forge", "dataset", "build", "mail", "--documents", place, "--add")
    assert "no new version" in more.output
    assert chancery("forge", "dataset", "fetch", "mail", tmp_path / "t", "--for-training").exit_code == 0
    names = {json.loads(line)["split"] for line in (tmp_path / "t" / "samples.jsonl").read_text().splitlines()}
    assert names <= {"train", "dev"}


def test_who_promoted_what_is_kept_for_the_audit_chain(
    fake: Settings,
    acts: KeptActs,  # noqa: F811
    tmp_path: Path,
) -> None:
    model = trained(tmp_path, 80)
    put_to_work(model)
    back = chancery("forge", "rollback", "classifier", "--by", "Cid", "--reason", "worse on letters")
    assert back.exit_code == 0, back.output
    refused = chancery("forge", "approve", model, "--by", "Dan")
    assert refused.exit_code == Exit.FAILED
    told = [decode(record.value).data for record in acts]
    assert [(one.act, one.thing, one.by, one.outcome, one.reason) for one in told] == [
        ("model_requested", "classifier@1", "Ann", "begun", ""),
        ("model_requested", "classifier@1", "Ann", "done", ""),
        ("model_approved", "classifier@1", "Ben", "begun", ""),
        ("model_approved", "classifier@1", "Ben", "done", ""),
        ("model_rolled_back", "classifier", "Cid", "begun", "worse on letters"),
        ("model_rolled_back", "classifier", "Cid", "done", "worse on letters"),
        ("model_approved", "classifier@1", "Dan", "begun", ""),
        ("model_approved", "classifier@1", "Dan", "failed", ""),
    ]
