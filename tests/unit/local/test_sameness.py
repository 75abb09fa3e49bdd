"""A stack that runs, compared with the one that is asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from processors import config
from processors.config import Settings
from processors.local import sameness, stack, state
from processors.local.failures import StackError
from processors.local.state import Running, Stack, WorkerRunning
from tests.unit.local.test_state import made

ONE = Running(2, "b")


def settings(tmp_path: Path, **variables: str) -> Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_S3_SECRET_KEY": "geheim"} | variables)


def runs(tmp_path: Path, asked: Settings) -> Stack:
    """A stack with its own servers and a ready worker of two stages, started with these settings."""
    workers = tuple(WorkerRunning(11, "b", stage=stage, ready=True) for stage in ("ocr", "record"))
    bare = dataclasses.replace(
        made(tmp_path), kafka="127.0.0.1:7", s3="127.0.0.1:8", servers={"kafka": ONE, "minio": ONE}, workers=workers
    )
    reached = stack.connected(asked, bare)
    described = dataclasses.replace(
        bare, settings=sameness.open_settings(reached), secrets=sameness.digest(reached)
    )
    state.write(described)
    return described


def test_the_same_again_finds_the_stack(tmp_path: Path) -> None:
    asked = settings(tmp_path, CHANCERY_DOCUMENT_TYPES="schemas/documents")
    described = runs(tmp_path, asked)
    assert stack.up(asked) == described
    assert stack.up(asked, workers={"ocr": 1, "record": 1}) == described
    elsewhere = dataclasses.replace(
        asked, agencies=("justice",), document_types=Path("schemas/documents").resolve()
    )
    assert stack.up(elsewhere) == described, "an agency is added, and a folder is the same by another name"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHANCERY_LANGUAGES", "fra"),
        ("CHANCERY_LOCK_DAYS", "9"),
        ("CHANCERY_PREFIX", "other-"),
        ("CHANCERY_DOCUMENT_TYPES", "/types"),
    ],
)
def test_another_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    runs(tmp_path, settings(tmp_path))
    with pytest.raises(
        StackError, match=rf"runs already, with other settings: {variable} .*{value}.*chancery down"
    ):
        stack.up(settings(tmp_path, **{variable: value}))


def test_another_secret_is_told_and_not_shown(tmp_path: Path) -> None:
    runs(tmp_path, settings(tmp_path))
    with pytest.raises(StackError, match=r"one of .*SECRET_KEY.* is another") as told:
        stack.up(settings(tmp_path, CHANCERY_S3_SECRET_KEY="verborgen"))
    assert "verborgen" not in str(told.value) and "geheim" not in str(told.value)
    assert "geheim" not in state.path(tmp_path).read_text()


def test_other_workers_other_servers_and_a_wipe_are_refused(tmp_path: Path) -> None:
    asked = settings(tmp_path)
    runs(tmp_path, asked)
    with pytest.raises(StackError, match="ocr has 1 workers there, 3 are asked for"):
        stack.up(asked, workers={"ocr": 3, "record": 1})
    with pytest.raises(StackError, match=r"CHANCERY_KAFKA is '127.0.0.1:7' there and 'k:9' here") as told:
        stack.up(asked, external_kafka="k:9")
    assert "PARTITIONS" not in str(told.value), "what follows from it is not named"
    with pytest.raises(StackError, match="chancery down --wipe"):
        stack.up(asked, wipe=True)


def test_workers_of_reprocessing_runs_are_not_counted(tmp_path: Path) -> None:
    described = runs(tmp_path, settings(tmp_path))
    more = WorkerRunning(12, "b", stage="ocr", slot=1, lanes="reprocessing", ready=True)
    with_more = dataclasses.replace(described, workers=(*described.workers, more))
    state.write(with_more)
    assert stack.up(settings(tmp_path), workers={"ocr": 1, "record": 1}) == with_more


def test_a_stack_of_an_earlier_version_is_taken_as_it_is(tmp_path: Path) -> None:
    asked = settings(tmp_path)
    old = dataclasses.replace(runs(tmp_path, asked), settings={}, secrets="")
    assert sameness.differences(old, settings(tmp_path, CHANCERY_LOCK_DAYS="9"), None) == []
