"""A real child at each level, whose stage tries what a parser that was taken over would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from processors import config, pipeline
from processors.config import Settings
from processors.runtime import children, fence, landlock, levels, sandbox, seccomp, view
from processors.runtime.levels import Found, Level
from processors.runtime.workbench import Child, Misconfigured, scratch_root
from processors.stage import Done
from tests.unit.runtime.attempts import ATTEMPTS, ONLY_ROOT
from tests.unit.runtime.child_work import work_on
from tests.unit.runtime.test_child import ENVIRONMENT, MODULE

HERE = levels.found()
EVERYTHING = Found(namespaces=True, filter=True, landlock=7)

needs_walls = pytest.mark.skipif(HERE.level < Level.WALLS and "CI" not in os.environ, reason=HERE.lacking)
needs_fence = pytest.mark.skipif(
    not (HERE.filter and HERE.landlock) and "CI" not in os.environ, reason="no seccomp, or no Landlock"
)
AT_EACH_LEVEL = [
    pytest.param(Level.LIMITS, id="limits"),
    pytest.param(Level.FENCE, id="fence", marks=needs_fence),
    pytest.param(Level.WALLS, id="walls", marks=needs_walls),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load({"CHANCERY_HOME": str(tmp_path / "home")})


@pytest.fixture
def victim() -> Iterator[int]:
    """A process of the same user, which is none of the stage's business."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process.pid
        process.kill()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The canary: whoever reaches the network reaches it, and it counts."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(tmp_path / "local"))
        local.listen()
        server.setblocking(False)
        yield server.getsockname()[1], tmp_path / "local"


def child_at(level: Level, settings: Settings, scratch: Path, environment: dict[str, str]) -> Child:
    def walls(command: Sequence[str]) -> Sequence[str]:
        return sandbox.around(command, settings, scratch, environment) if level is Level.WALLS else command

    fenced = level >= Level.FENCE
    readable = view.readable(settings, environment) if fenced and HERE.landlock else None
    return Child("ocr", environment, 30, MODULE, walls, fence.in_words(readable, filtered=fenced))


def came(level: Level, settings: Settings, servers: tuple[int, Path], victim: int) -> set[str]:
    """The attempts that came through."""
    scratch = scratch_root(settings.home, "ocr", 0)
    scratch.mkdir(parents=True)
    (settings.home / "ledger.sqlite").write_text("who sent what")
    secret = settings.home.parent / "key"
    secret.write_text("key")
    environment = ENVIRONMENT | {"CHANCERY_S3_SECRET_KEY_FILE": str(secret), "CHANCERY_WORK_SECONDS": "30"}
    given = scratch / "original"
    given.write_text("the sender's")
    with tempfile.NamedTemporaryFile("w") as temporary:
        temporary.write("another's document")
        temporary.flush()
        child = child_at(level, settings, scratch, environment)
        work = replace(work_on("looks_around", scratch), inputs={"original": given})
        wishes = {
            "port": servers[0],
            "local": str(servers[1]),
            "home": str(settings.home / "ledger.sqlite"),
            "temporary": temporary.name,
            "secret": str(secret),
            "scratch": str(work.scratch),
            "input": str(given),
            "victim": victim,
        }
        (work.scratch / "wishes.json").write_text(json.dumps(wishes))
        try:
            child.run(work)
        finally:
            child.close()
    return set(json.loads((work.scratch / "came.json").read_text()))


@needs_walls
def test_nothing_gets_through_the_walls(settings: Settings, servers: tuple[int, Path], victim: int) -> None:
    assert came(Level.WALLS, settings, servers, victim) == set()
    assert not (settings.home / "planted").exists()


@needs_fence
def test_over_the_fence_one_sees_that_there_are_others(
    settings: Settings, servers: tuple[int, Path], victim: int
) -> None:
    # Landlock scopes signals from version 6 on.
    more = set() if HERE.landlock >= 6 else {"signals"}
    assert came(Level.FENCE, settings, servers, victim) == {"sees_processes"} | more


def test_without_either_everything_gets_through(settings: Settings, servers: tuple[int, Path], victim: int) -> None:
    """The control: the attempts are real."""
    refused_anyway = set() if os.geteuid() == 0 else ONLY_ROOT | _kept_by_yama() | _kept_by_sysctl()
    assert came(Level.LIMITS, settings, servers, victim) == set(ATTEMPTS) - refused_anyway


def _kept_by_yama() -> set[str]:
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    return {"traces", "opens_memory"} if scope.exists() and scope.read_text().strip() != "0" else set()


def _kept_by_sysctl() -> set[str]:
    return set() if HERE.namespaces else {"makes_a_namespace"}


@pytest.mark.parametrize("level", AT_EACH_LEVEL)
def test_honest_work_gets_through(level: Level, settings: Settings) -> None:
    scratch = scratch_root(settings.home, "ocr", 0)
    scratch.mkdir(parents=True)
    child = child_at(level, settings, scratch, ENVIRONMENT | {"CHANCERY_WORK_SECONDS": "30"})
    try:
        assert isinstance(child.run(work_on("reads_a_page", scratch)), Done)
    finally:
        child.close()


# Which level is taken


def test_a_level_is_complete_or_it_is_not_that_level() -> None:
    assert EVERYTHING.level is Level.WALLS
    assert replace(EVERYTHING, landlock=0).level is Level.WALLS
    assert replace(EVERYTHING, namespaces=False).level is Level.FENCE
    assert replace(EVERYTHING, namespaces=False, landlock=0).level is Level.LIMITS
    assert replace(EVERYTHING, filter=False).level is Level.LIMITS
    assert "bubblewrap" in replace(EVERYTHING, namespaces=False).lacking
    assert replace(EVERYTHING, filter=False).lacking


def test_what_is_there_is_used_even_where_a_level_is_not_complete(settings: Settings) -> None:
    half = Found(namespaces=False, filter=True, landlock=0)
    assert levels.used(settings, half, untrusted=True) == half
    assert levels.used(settings, half, untrusted=False) == levels.NOTHING
    assert levels.used(replace(settings, sandbox="off"), EVERYTHING, untrusted=True) == levels.NOTHING


@pytest.mark.parametrize(
    "machine", [replace(EVERYTHING, namespaces=False), replace(EVERYTHING, filter=False)], ids=str
)
def test_a_worker_that_must_have_walls_does_not_start_without(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: Found
) -> None:
    monkeypatch.setattr(levels, "found", lambda: machine)
    with pytest.raises(Misconfigured, match="CHANCERY_SANDBOX=on"):
        children.child_of(pipeline.stage("ocr"), replace(settings, sandbox="on"), tmp_path)
    # A stage that reads words needs none.
    children.child_of(pipeline.stage("classify"), replace(settings, sandbox="on"), tmp_path)
    children.child_of(pipeline.stage("ocr"), settings, tmp_path)


def test_a_machine_without_libseccomp_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "_LIBRARY", "libnowhere.so")
    assert not seccomp.works()
    with pytest.raises(OSError, match="libnowhere"):
        fence.Fence.made(None, filtered=True)
    assert replace(EVERYTHING, filter=False).lacking == "libseccomp is missing"


def test_a_stage_whose_fence_cannot_be_made_does_not_start(tmp_path: Path) -> None:
    child = Child("ocr", ENVIRONMENT, 1, MODULE, fence='{"readable": null}')
    with pytest.raises(Misconfigured, match="KeyError"):
        child.warm()


# What may be read


def test_the_home_and_files_with_credentials_are_left_out_of_whatever_holds_them(tmp_path: Path) -> None:
    models = tmp_path / "models"
    (models / "classifier").mkdir(parents=True)
    (models / "own").mkdir()
    key = models / "key"
    key.write_text("key")
    settings = config.load({"CHANCERY_HOME": str(models / "own"), "CHANCERY_MODELS": str(models)})
    readable = view.readable(settings, {"CHANCERY_S3_SECRET_KEY_FILE": str(key)})
    assert models / "classifier" in readable
    assert {models, models / "own", key}.isdisjoint(readable)
    assert models in view.readable(config.load({"CHANCERY_MODELS": str(models)}), {})


def test_promoted_models_in_the_home_are_read(tmp_path: Path) -> None:
    promoted = tmp_path / "home" / "promoted"
    promoted.mkdir(parents=True)
    settings = config.load({"CHANCERY_HOME": str(tmp_path / "home"), "CHANCERY_MODELS": str(promoted)})
    readable = view.readable(settings, {})
    assert promoted in readable
    assert tmp_path / "home" not in readable


def test_a_kernel_without_landlock_is_told_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "_CREATE_RULESET", -1)
    assert landlock.version() == 0
    with pytest.raises(OSError, match="not implemented"):
        landlock.restrict(landlock.View((), ()))
