"""What forms offer: what a Variable of Airflow holds, else what settings and files of types say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Variable

from processors.config import SCHEMAS
from processors.orchestration import choices
from processors.orchestration.choices import KEY, Choices

WRITTEN = Choices(("beta",), ("permit",), ("classifier@3", "permit@2"))


class Kept:
    """Airflow's Variables, and how often they were asked and written."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.asked = self.written = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.asked += 1
        return self.values.get(key, default)

    def set(self, key: str, value: str, description: str) -> None:
        self.written += 1
        self.values[key] = value


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    types = tmp_path / "types"
    types.mkdir()
    shutil.copy(SCHEMAS / "documents" / "receipt.json", types)
    for name, value in (("HOME", tmp_path / "home"), ("DOCUMENT_TYPES", types), ("AGENCIES", "tax,alpha")):
        monkeypatch.setenv(f"CHANCERY_{name}", str(value))
    made = Kept()
    monkeypatch.setattr(Variable, "get", made.get)
    monkeypatch.setattr(Variable, "set", made.set)
    return made


def test_before_anything_was_written_settings_and_files_tell(kept: Kept) -> None:
    assert choices.load() == Choices(("alpha", "tax"), ("receipt",), ())


def test_what_was_written_is_offered_in_whatever_home(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a cluster, where the form is made in another machine than that which runs tasks."""
    choices.keep(WRITTEN)
    monkeypatch.setenv("CHANCERY_HOME", str(tmp_path / "elsewhere"))
    assert choices.load() == WRITTEN


def test_the_same_again_is_not_written(kept: Kept) -> None:
    for _ in range(2):
        choices.keep(WRITTEN)
    assert kept.written == 1
    choices.keep(WRITTEN._replace(agencies=("beta", "gamma")))
    assert kept.written == 2


def test_a_task_asks_for_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    choices.keep(WRITTEN)
    kept.asked = 0
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "reprocess")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "check")
    assert choices.load().agencies == ("alpha", "tax")
    assert kept.asked == 0
    monkeypatch.delenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID")
    assert choices.load() == WRITTEN


@pytest.mark.parametrize("text", ["", "[]", '{"agencies": []}', '{"agencies": 1, "types": [], "versions": []}'])
def test_a_value_that_cannot_be_read_is_as_none(kept: Kept, text: str) -> None:
    kept.values[KEY] = text
    assert choices.load().types == ("receipt",)
