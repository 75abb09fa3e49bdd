"""The words that put walls around a child; what the walls hold is tried in `test_levels.py`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from processors import config, pipeline
from processors.config import Settings
from processors.runtime import children, levels, sandbox
from processors.runtime.levels import Found
from tests.unit.runtime.test_child import ROOT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path / "home")})


def test_what_the_child_needs_of_a_hidden_folder_is_seen_again(settings: Settings, tmp_path: Path) -> None:
    """A checkout among the temporary files, with its home inside, as of a fresh clone."""
    models = tmp_path / "models"
    models.mkdir()
    settings.home.mkdir()
    moved = config.load({"CHANCERY_HOME": str(settings.home), "CHANCERY_MODELS": str(models)})
    words = sandbox.around(("true",), moved, settings.home, {})
    assert words.index(str(models)) > words.index(tempfile.gettempdir())
    assert words[-2:] == ("--", "true")


def test_only_stages_that_read_strangers_bytes_are_walled_in(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "found", lambda: Found(namespaces=True, filter=True, landlock=7))
    command = (sys.executable, str(ROOT))
    walled = {
        row.name: children.child_of(row, settings, tmp_path)._walls(command) != command for row in pipeline.STAGES
    }
    assert walled == {"intake": True, "ocr": True, "classify": False, "extract": False, "publish": False}
