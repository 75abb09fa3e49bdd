"""What forms offer: from a file, else from settings and files of types; never from a server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from processors import config
from processors.config import SCHEMAS, Settings
from processors.orchestration import choices
from processors.orchestration.choices import Choices


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    types = tmp_path / "types"
    types.mkdir()
    shutil.copy(SCHEMAS / "documents" / "receipt.json", types)
    for name, value in (("HOME", tmp_path / "home"), ("DOCUMENT_TYPES", types), ("AGENCIES", "tax,alpha")):
        monkeypatch.setenv(f"CHANCERY_{name}", str(value))
    return config.load()


def test_without_the_file_settings_and_files_tell(settings: Settings) -> None:
    assert choices.load() == Choices(("alpha", "tax"), ("receipt",), ())


def test_what_was_written_is_offered(settings: Settings) -> None:
    written = Choices(("beta",), ("permit",), ("classifier@3", "permit@2"))
    choices.write(settings, written)
    assert choices.load() == written
    place = settings.home / "airflow" / "choices.json"
    before = place.stat().st_mtime_ns
    choices.write(settings, written)
    assert place.stat().st_mtime_ns == before, "the same again is not written: Airflow watches the form for changes"


@pytest.mark.parametrize("text", ["", "[]", '{"agencies": []}', '{"agencies": 1, "types": [], "versions": []}'])
def test_a_file_that_cannot_be_read_is_as_none(settings: Settings, text: str) -> None:
    place = settings.home / "airflow" / "choices.json"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert choices.load().types == ("receipt",)
