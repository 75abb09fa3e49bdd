"""The Python environment of an image, built as its Containerfile says and started as the chart starts it.

`make images-check`: without an engine, in a sandbox with a read-only root, as the chart's user, without a network.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.bundle import locked
from processors.pipeline import STAGES
from tests.images.containerfile import read

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[2]
#: where images have it; programs in it name their own place, so it must be the same in the sandbox
PLACE = "/opt/chancery/venv"
#: sonames that the base image has: glibc, the compiler's runtime, zlib
BASE = re.compile(r"^(ld-linux|lib(c|m|dl|rt|util|pthread|resolv|gcc_s|stdc\+\+|z|anl|mvec)\.so)")
#: MB; without torch. What it was when this was written is in docs/decisions/0050
LARGEST = 800


def extras(image: str) -> list[str]:
    """The words behind the folder in the image's Containerfile."""
    steps = read((ROOT / "images" / f"{image}.Containerfile").read_text("utf-8"))
    rest = next(step.rest for step in steps if "install-python" in step.rest)
    return [word for word in rest.partition(PLACE)[2].split() if not word.startswith("${")]


def sandboxed(opt: Path, *command: str, writable: dict[Path, str] | None = None, user: int = 10001) -> list[str]:
    """The command in a sandbox: this machine's system, read-only; the environment at its place; no network."""
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--ro-bind", "/", "/"]
    words += ["--tmpfs", "/opt", "--ro-bind", str(opt), "/opt/chancery", "--dev", "/dev", "--proc", "/proc"]
    # What runs there must come from the environment: neither this checkout nor the user's home.
    words += ["--tmpfs", str(ROOT), "--uid", str(user), "--gid", str(user), "--tmpfs", "/tmp"]
    for source, place in (writable or {}).items():
        words += ["--bind", str(source), place]
    words += ["--remount-ro", "/opt", "--setenv", "PATH", f"{PLACE}/bin:/usr/bin:/bin", "--setenv", "HOME", "/tmp"]
    words += ["--setenv", "CHANCERY_HOME", "/tmp/home", "--setenv", "LANG", "C.UTF-8", "--chdir", "/"]
    return [*words, *command]


def run(command: list[str], code: int = 0) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def cpu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`/opt/chancery` of the cpu image."""
    opt = tmp_path_factory.mktemp("cpu")
    build(opt, "cpu")
    yield opt
    shutil.rmtree(opt / "venv")


def build(opt: Path, image: str) -> None:
    """Run install-python in a sandbox in which the folder lies where images have it."""
    uv = Path(locked.uv()).resolve()
    python = Path(sys.executable).resolve()
    cache = subprocess.run([str(uv), "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    words = [
        "bwrap",
        "--die-with-parent",
        "--dev-bind",
        "/",
        "/",
        "--tmpfs",
        "/opt",
        "--bind",
        str(opt),
        "/opt/chancery",
    ]
    words += ["--setenv", "PATH", f"{uv.parent}:{os.environ['PATH']}", "--setenv", "UV_CACHE_DIR", cache]
    words += ["--setenv", "UV_PYTHON", str(python), "--setenv", "SOURCE_DATE_EPOCH", "1790000000"]
    run([*words, str(ROOT / "images" / "install-python"), PLACE, *extras(image)])


def digest(folder: Path) -> dict[str, str]:
    """Every file with its digest, its mode and its time."""
    found = {}
    for file in sorted(folder.rglob("*")):
        told = file.lstat()
        content = bytes(file.readlink()) if file.is_symlink() else file.read_bytes() if file.is_file() else b""
        name = file.relative_to(folder).as_posix()
        found[name] = f"{hashlib.sha256(content).hexdigest()} {told.st_mode:o} {int(told.st_mtime)}"
    return found


def test_neither_torch_nor_airflow_is_in_it_and_it_is_small(cpu: Path) -> None:
    packages = {one.name.lower() for one in (cpu / "venv/lib/python3.11/site-packages").iterdir()}
    assert not {"torch", "transformers", "airflow", "triton", "nvidia", "pytest", "fastapi"} & packages
    assert {"processors", "schemas", "tesserocr", "psycopg"} <= packages
    size = sum(one.stat().st_size for one in cpu.rglob("*") if one.is_file() and not one.is_symlink()) / 1e6
    assert size < LARGEST, f"{size:.0f} MB"
    sys.stdout.write(f"{size:.0f} MB\n")


@pytest.mark.parametrize("stage", [row.name for row in STAGES])
def test_every_stage_is_loaded_as_the_charts_user_with_a_read_only_root(cpu: Path, stage: str) -> None:
    code = f"import processors.{stage}.stage, processors.runtime.main, processors; print(processors.__file__)"
    assert run(sandboxed(cpu, f"{PLACE}/bin/python", "-c", code)).strip().startswith(f"{PLACE}/lib/")


def test_the_programs_of_the_chart_start(cpu: Path) -> None:
    assert "Run one worker of a stage" in run(sandboxed(cpu, "chancery", "--help"))
    assert "--slot" in run(sandboxed(cpu, "chancery", "worker", "--help"))
    assert "--topics" in run(sandboxed(cpu, "chancery", "provision", "--help"))
    assert "receipt" in run(sandboxed(cpu, "chancery", "types"))
    # A setting that is missing is told in one line: 78, as the chart expects of it.
    told = run(sandboxed(cpu, "env", "CHANCERY_SANDBOX=maybe", "chancery", "worker", "ocr", "--slot", "0"), 78)
    assert "CHANCERY_SANDBOX" in told


def test_nothing_of_it_can_be_written(cpu: Path) -> None:
    for place in (PLACE, f"{PLACE}/lib/python3.11/site-packages/processors", "/opt", "/etc"):
        told = run(sandboxed(cpu, f"{PLACE}/bin/python", "-c", f"open('{place}/x', 'w')"), 1)
        assert re.search("Read-only|Permission denied", told)
    assert run(sandboxed(cpu, f"{PLACE}/bin/python", "-c", "open('/tmp/x', 'w'); print('yes')")).strip() == "yes"


def test_it_needs_no_library_that_the_base_image_lacks(cpu: Path) -> None:
    there = {file.name for file in cpu.rglob("*.so*")}
    assert shutil.which("readelf"), "run `apt-get install binutils`"
    lacking = {}
    for file in cpu.rglob("*.so*"):
        told = subprocess.run(
            ["readelf", "--dynamic", str(file)], capture_output=True, text=True, check=False
        ).stdout
        needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", told))
        if gone := {name for name in needed - there if not BASE.match(name)}:
            lacking[file.name] = gone
    assert lacking == {}


def test_the_same_lock_gives_the_same_bytes(cpu: Path, tmp_path: Path) -> None:
    build(tmp_path, "cpu")
    first, again = digest(cpu / "venv"), digest(tmp_path / "venv")
    shutil.rmtree(tmp_path / "venv")
    assert [name for name in first.keys() | again.keys() if first.get(name) != again.get(name)] == []
