"""Each bad file through the real intake stage in its real child: the right reason; nobody dies or phones home."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from processors import config
from processors.errors import StageCrashed, StageTimedOut
from processors.events import DocumentId, ObjectCreated, Original
from processors.runtime import retry, sandbox
from processors.runtime.workbench import Child, scratch_root
from processors.stage import Done, Outcome, Rejected, Work
from tests.corpus import make
from tests.corpus.hostile import CLASSES, POLICY, SETTINGS, Hostile, hostile

ROOT = Path(__file__).parents[2]
SEED = 20261126
MODULE = "tests.corpus.frugal_child"
#: What a scanner finds, a real one finds in tests/live/test_malware.py.
LOOKED_AT = [kind for kind in CLASSES if kind != "malware"]
#: Seconds each, until memory ends: one of each of its two ways
CRASHES = ("work_crash-0", "work_crash-5")


class Canary:
    """Listens where the bad files point to, and counts who comes."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.came = 0
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                self._listening.accept()[0].close()
            except OSError:
                return
            self.came += 1

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)


@dataclass
class Door:
    """Intake in its child, behind walls where this machine has them, with a policy of one agency."""

    home: Path
    policy: dict[str, str]
    children: list[Child] = field(default_factory=list)

    def open(self) -> Child:
        policies = self.home / "policies"
        policies.mkdir(parents=True)
        (policies / "alpha.json").write_text(json.dumps(self.policy))
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "CHANCERY_HOME": str(self.home / "home"),
            "CHANCERY_POLICIES": str(policies),
            "CHANCERY_WORK_SECONDS": "120",
            **SETTINGS,
        }
        settings = config.load(environment)
        self.scratch = scratch_root(settings.home, "intake", 0)
        self.scratch.mkdir(parents=True)

        def walls(command: Sequence[str]) -> Sequence[str]:
            return sandbox.around(command, settings, self.scratch, environment) if sandbox.works() else command

        child = Child("intake", environment, 120, MODULE, walls)
        child.warm()
        self.children.append(child)
        return child

    def close(self) -> None:
        for child in self.children:
            child.close()


def work_on(bad: Hostile, scratch: Path) -> Work:
    folder = scratch / bad.id
    folder.mkdir()
    (folder / "work").mkdir()
    file = folder / "original"
    file.write_bytes(bad.content)
    original = Original(bucket="inbox-alpha", key=bad.name, version_id="v1", size=len(bad.content))
    data = ObjectCreated(document=DocumentId(id="d1", agency="alpha", original=original))
    return Work(make.event(data), {"original": file}, folder / "work")


def reason_of(child: Child, bad: Hostile, scratch: Path) -> str:
    """How the runtime would end it: "" = it passed."""
    try:
        outcome: Outcome = child.run(work_on(bad, scratch))
    except (StageCrashed, StageTimedOut) as error:
        decision = retry.decide(error, retry.MAX_CRASHES)
        assert isinstance(decision, retry.Quarantine)
        return str(decision.reason.value)
    return str(outcome.reason.value) if isinstance(outcome, Rejected) else ""


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with closing(Canary()) as listening:
        yield listening


@pytest.fixture(scope="module")
def files(canary: Canary) -> dict[str, list[Hostile]]:
    found: dict[str, list[Hostile]] = {}
    for bad in hostile(SEED, canary.address):
        found.setdefault(bad.kind, []).append(bad)
    return found


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with closing(Door(tmp_path_factory.mktemp("door"), POLICY)) as made:
        made.open()
        yield made


def family(child: Child) -> set[int]:
    """The child's processes, walls included: the warm one, and what it has left behind."""
    assert child._process is not None
    parent = psutil.Process(child._process.pid)
    return {parent.pid, *(one.pid for one in parent.children(recursive=True))}


@pytest.mark.parametrize("kind", LOOKED_AT)
def test_each_bad_file_is_refused_for_its_reason_and_the_child_survives(
    door: Door, canary: Canary, files: dict[str, list[Hostile]], kind: str
) -> None:
    (child,) = door.children
    before = family(child)
    bad = [one for one in files[kind] if kind != "work_crash" or one.id in CRASHES]
    told = {one.id: reason_of(child, one, door.scratch) for one in bad}
    wrong = {
        name: said
        for name, said in told.items()
        for one in bad
        if one.id == name and said not in one.expected_reasons
    }
    assert wrong == {}
    assert family(child) == before, "the warm parent survives, and nothing is left behind"
    assert canary.came == 0, "nobody comes where the files point"


def test_the_files_point_to_the_canary_and_it_would_sing(canary: Canary, files: dict[str, list[Hostile]]) -> None:
    """The control of the test above. Those that are packed point there too, out of sight."""
    pointing = [one for kind in LOOKED_AT for one in files[kind] if canary.address.encode() in one.content]
    assert len(pointing) >= 10
    host, port = canary.address.split(":")
    socket.create_connection((host, int(port)), 10).close()
    while canary.came == 0:
        threading.Event().wait(0.01)


def test_there_are_enough_files_and_they_are_small(files: dict[str, list[Hostile]]) -> None:
    assert len(files) >= 25
    assert {len(of_kind) for of_kind in files.values()} == {8}
    assert max(len(one.content) for of_kind in files.values() for one in of_kind) < 5_000_000
    assert len({one.content for of_kind in files.values() for one in of_kind if one.kind != "empty"}) > 190


LENIENT = ("polyglot", "xfa", "active_content", "embedded_file", "macro", "external_reference")


def test_without_its_policy_what_acts_passes_as_pixels(tmp_path: Path, files: dict[str, list[Hostile]]) -> None:
    """The control: it is the policy that refuses these, and nothing else."""
    with closing(Door(tmp_path, dict.fromkeys(POLICY, "pixels"))) as door:
        child = door.open()
        passed = {}
        for kind in LENIENT:
            # Those that are opened without LibreOffice, which takes seconds each.
            for bad in [one for one in files[kind] if one.name.endswith(".pdf")][:3]:
                outcome = child.run(work_on(bad, door.scratch))
                assert isinstance(outcome, Done), bad.id
                passed[bad.id] = outcome.events[0].data.notes
        assert len(passed) >= 9
        assert all("pixels_only" in notes for notes in passed.values()), passed
