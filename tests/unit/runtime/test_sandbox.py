"""Real walls around a real child whose stage does what a parser that was taken over would try."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from processors import config, pipeline
from processors.config import Settings
from processors.runtime import main, sandbox
from processors.runtime.workbench import Child, Misconfigured, scratch_root
from tests.unit.runtime.child_work import work_on
from tests.unit.runtime.test_child import ENVIRONMENT, MODULE, ROOT

pytestmark = pytest.mark.skipif(
    not sandbox.works() and "CI" not in os.environ, reason="bubblewrap is missing or may not make namespaces"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path / "home")})


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def came(settings: Settings, port: int, *, walled: bool) -> set[str]:
    """How far the stage came."""
    scratch = scratch_root(settings.home, "ocr", 0)
    scratch.mkdir(parents=True)
    (settings.home / "ledger.sqlite").write_text("who sent what")
    secret = settings.home.parent / "key"
    secret.write_text("key")
    environment = ENVIRONMENT | {"CHANCERY_S3_SECRET_KEY_FILE": str(secret), "CHANCERY_WORK_SECONDS": "30"}

    def walls(command: Sequence[str]) -> Sequence[str]:
        return sandbox.around(command, settings, scratch, environment) if walled else command

    with tempfile.NamedTemporaryFile("w") as temporary:
        temporary.write("another's document")
        temporary.flush()
        child = Child("ocr", environment, 30, MODULE, walls)
        work = work_on("looks_around", scratch)
        wishes = {
            "port": port,
            "home": str(settings.home / "ledger.sqlite"),
            "temporary": temporary.name,
            "secret": str(secret),
            "pid": os.getpid(),
        }
        (work.scratch / "wishes.json").write_text(json.dumps(wishes))
        try:
            child.run(work)
        finally:
            child.close()
    return set(json.loads((work.scratch / "came.json").read_text()))


def test_inside_the_walls_nothing_is_reached(settings: Settings, port: int) -> None:
    assert came(settings, port, walled=True) == set()
    assert not (settings.home / "planted").exists()


def test_without_the_walls_everything_is_reached(settings: Settings, port: int) -> None:
    """The control."""
    everything = {"network", "home", "temporary", "secret", "write", "processes"}
    assert came(settings, port, walled=False) == everything


def test_what_the_child_needs_of_a_hidden_folder_is_seen_again(settings: Settings, tmp_path: Path) -> None:
    """A checkout among the temporary files, with its home inside, as of a fresh clone."""
    models = tmp_path / "models"
    models.mkdir()
    settings.home.mkdir()
    moved = config.load({"CHANCERY_HOME": str(settings.home), "CHANCERY_MODELS": str(models)})
    words = sandbox.around(("true",), moved, settings.home, {})
    assert words.index(str(models)) > words.index(tempfile.gettempdir())
    assert words[-2:] == ("--", "true")


def test_a_worker_that_must_have_walls_does_not_start_without(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "works", lambda: False)
    row = pipeline.stage("ocr")
    strict = config.load({"CHANCERY_HOME": str(settings.home), "CHANCERY_SANDBOX": "on"})
    with pytest.raises(Misconfigured, match="bubblewrap"):
        main.child_of(row, strict, tmp_path)
    assert main.child_of(row, settings, tmp_path)._walls(("x",)) == ("x",)


def test_only_stages_that_read_strangers_bytes_are_walled_in(settings: Settings, tmp_path: Path) -> None:
    command = (sys.executable, str(ROOT))
    walled = {
        row.name: main.child_of(row, settings, tmp_path)._walls(command) != command for row in pipeline.STAGES
    }
    assert walled == {"intake": True, "ocr": True, "classify": False, "extract": False, "publish": False}
