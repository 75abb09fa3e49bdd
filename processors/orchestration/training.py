"""The steps of the DAG `train`: commands of `chancery forge` each in its own process: no task loads a model."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from processors.names import person
from processors.orchestration.commanding import CommandRefusedError, told
from processors.orchestration.parameters import Names, Parameters, Text

#: As `forge/names.py` and `forge/trainers.py` know them; the command looks again.
_KIND = re.compile(r"classifier|language|reader(-[a-z0-9_]+)?")
_DATASET = re.compile(r"[a-z][a-z0-9_-]{0,62}(@[1-9][0-9]{0,5})?")
_MODEL = re.compile(r"[a-z][a-z0-9_-]*@[1-9][0-9]{0,5}")
_TYPE = re.compile(r"[a-z][a-z0-9_]*")


class Wanted(Parameters):
    """What a run of `train` may be told."""

    kind: str = "reader"
    dataset: str = ""
    base: Text = ""
    types: Names = ()
    seed: Annotated[int, Field(ge=0)] = 0
    only_judge: bool = False


def check(wanted: Wanted, by: str) -> dict[str, Any]:
    """The parameters, as the next tasks take them.

    Raises:
        ValueError: one cannot be, or nobody is named as having asked.
    """
    if not by:
        raise ValueError("Nobody is named as having asked for this: trigger it as a person who signed in.")
    for name, value, rule, example in (
        ("kind", wanted.kind, _KIND, "classifier, language, reader or reader-TYPE"),
        ("dataset", wanted.dataset, _DATASET, "NAME or NAME@VERSION"),
        ("base", wanted.base or "reader@1", _MODEL, "KIND@VERSION"),
        *(("types", one, _TYPE, "a document type, such as receipt") for one in wanted.types),
    ):
        if not rule.fullmatch(value):
            raise ValueError(f"The parameter {name!r}: {value!r} is not {example}.")
    return {**wanted.model_dump(mode="json"), "by": by}


def train(asked: Mapping[str, Any]) -> str:
    """Train a candidate and register it in the name of who asked.

    Returns:
        KIND@VERSION.

    Raises:
        CommandFailedError: see `chancery forge train`.
    """
    options = ["--dataset", asked["dataset"], "--seed", str(asked["seed"]), "--register", asked["by"]]
    options += ["--base", asked["base"]] if asked["base"] else []
    options += ["--types", ",".join(asked["types"])] if asked["types"] else []
    # The registry keeps the candidate: its folder here is of no more use.
    with tempfile.TemporaryDirectory(prefix="chancery-train-") as scratch:
        answer = told("forge", "train", asked["kind"], *options, "--out", str(Path(scratch) / "candidate"))
    return str(answer["model"])


def judge(asked: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Judge the candidate on the locked test split; every look at it is counted.

    Returns:
        `passed`, the `report`'s place in the bucket of models, and `table` for the person who decides, as Markdown.

    Raises:
        CommandFailedError: see `chancery forge evaluate`.
    """
    answer = told("forge", "evaluate", model, "--dataset", asked["dataset"], "--split", "test")
    gate = answer["gate"]
    place = f"Report: `{answer['report']}` in the bucket of models."
    return {
        "passed": bool(gate) and all(one["ok"] for one in gate),
        "report": answer["report"],
        "table": f"{table(gate)}\n\n{place}",
    }


def ask(asked: Mapping[str, Any], model: str) -> None:
    """Ask for the candidate's promotion, in the name of who triggered the run.

    Raises:
        CommandFailedError: the gate refuses, or see `chancery forge promote`.
    """
    told("forge", "promote", model, "--by", asked["by"])


def of_run(wanted: Wanted, run: Any, untrusted: object) -> str:
    """The candidate of a run: of the kind that it was asked for, registered by who triggered it, and since then.

    Args:
        wanted: parameters of the run
        run: of Airflow
        untrusted: what is said to be the candidate

    Raises:
        CommandFailedError: it is not this run's, or see `chancery forge show`.
    """
    if not isinstance(untrusted, str) or not _MODEL.fullmatch(untrusted):
        raise CommandRefusedError("What the task `candidate` is said to have returned is no KIND@VERSION.")
    found = told("forge", "show", untrusted)
    theirs = person(found["by"]) == person(str(run.triggering_user_name or ""))
    since = datetime.fromisoformat(found["registered"]) >= run.run_after
    if found["kind"] != wanted.kind or not theirs or not since:
        raise CommandRefusedError(f"{untrusted} was not registered by this run: it cannot be decided about here.")
    return untrusted


def kept(model: str) -> dict[str, str] | None:
    """The approval that is kept, as a person's answer; None = nobody has put the model to work.

    Raises:
        CommandFailedError: see `chancery forge log`.
    """
    kind, _, version = model.partition("@")
    entries = told("forge", "log", kind)["entries"]
    last = entries[-1] if entries else {}
    if (last.get("action"), last.get("version")) != ("approved", int(version)):
        return None
    return {"word": "approved", "by": last["by"], "reason": last["reason"]}


def decide(model: str, answer: Mapping[str, str]) -> None:
    """Put the candidate to work where another person approved.

    Raises:
        CommandFailedError: the gate refuses, the same person asked, or see `chancery forge approve`.
    """
    if answer["word"] == "approved":
        told("forge", "approve", model, "--by", answer["by"])


def table(gate: Iterable[Mapping[str, Any]]) -> str:
    """What the gate looked at, as Markdown."""
    rows = ["| condition | found | wanted | |", "| --- | --- | --- | --- |"]
    rows += [f"| {one['name']} | {one['found']} | {one['wanted']} | {_word(one['ok'])} |" for one in gate]
    return "\n".join(rows)


def _word(ok: bool) -> str:
    return "holds" if ok else "**refused**"
