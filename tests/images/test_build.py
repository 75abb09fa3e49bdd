"""`images/build`: which engine is asked for what, and what is refused before anything is built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIGEST = f"sha256:{'5' * 64}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with what the script reads, and a digest for the base."""
    made = tmp_path / "checkout"
    shutil.copytree(ROOT / "images", made / "images")
    shutil.copy(ROOT / "pyproject.toml", made)
    bases = made / "images" / "bases.yaml"
    bases.write_text(bases.read_text("utf-8").replace('digest: ""', f'digest: "{DIGEST}"'), "utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *who, *command], cwd=made, check=True)
    return made


def build(checkout: Path, *words: str, engines: tuple[str, ...] = (), **variables: str) -> tuple[int, str, str]:
    """Exit code, output and errors; `engines` are programs that write down how they are called."""
    programs = checkout.parent / "programs"
    programs.mkdir(exist_ok=True)
    for name in ("git", "sed", "date", "mkdir", "rm", "bash", "dirname", "env"):
        found = shutil.which(name)
        assert found
        if not (programs / name).exists():
            (programs / name).symlink_to(found)
    for name in engines:
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{checkout.parent}/calls"\n', "utf-8")
        (programs / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name not in ("ENGINE", "ALLOW_TAGS", "OUT")}
    done = subprocess.run(
        [str(checkout / "images" / "build"), *words],
        env=kept | {"PATH": str(programs)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def calls(checkout: Path) -> list[str]:
    return (checkout.parent / "calls").read_text("utf-8").splitlines()


def test_podman_builds_on_the_digest_and_writes_an_archive(checkout: Path) -> None:
    code, said, told = build(checkout, "cpu", engines=("podman", "docker"))
    assert (code, told) == (0, "")
    assert said == "chancery/cpu:0.1.0: dist/images/chancery-cpu-0.1.0.oci.tar\n"
    made, saved = calls(checkout)
    assert made.startswith("podman build --timestamp ")
    assert f"PYTHON_BASE=docker.io/library/python:3.11.14-slim-bookworm@{DIGEST}" in made
    assert re.search(r"REVISION=[0-9a-f]{40} ", made)
    assert saved == (
        "podman save --format oci-archive --output dist/images/chancery-cpu-0.1.0.oci.tar chancery/cpu:0.1.0"
    )


@pytest.mark.parametrize(("engine", "each"), [("buildah", 2), ("docker", 1)])
def test_other_engines_build_all_three(checkout: Path, engine: str, each: int) -> None:
    assert build(checkout, engines=(engine,))[0] == 0
    made = calls(checkout)
    assert len(made) == 3 * each
    assert all(line.startswith(engine) for line in made)
    assert all(any(f"images/{name}.Containerfile" in line for line in made) for name in ("cpu", "gpu", "airflow"))
    assert sum(".oci.tar" in line for line in made) == 3


def test_a_base_without_a_digest_is_refused_unless_it_is_allowed(checkout: Path) -> None:
    bases = checkout / "images" / "bases.yaml"
    bases.write_text(bases.read_text("utf-8").replace(DIGEST, ""), "utf-8")
    code, _, told = build(checkout, engines=("podman",))
    assert code == 1
    assert "names no digest for docker.io/library/python:3.11.14-slim-bookworm" in told
    assert "skopeo inspect" in told
    assert not (checkout.parent / "calls").exists()
    assert build(checkout, "cpu", engines=("podman",), ALLOW_TAGS="1")[0] == 0
    assert "PYTHON_BASE=docker.io/library/python:3.11.14-slim-bookworm " in calls(checkout)[0]


def test_what_is_no_digest_is_refused(checkout: Path) -> None:
    bases = checkout / "images" / "bases.yaml"
    bases.write_text(bases.read_text("utf-8").replace(DIGEST, DIGEST[:-1]), "utf-8")
    code, _, told = build(checkout, engines=("podman",), ALLOW_TAGS="1")
    assert code == 1
    assert "is no digest" in told


def test_without_an_engine_it_says_what_to_install(checkout: Path) -> None:
    code, _, told = build(checkout)
    assert code == 1
    assert "no engine is here. Install podman" in told


def test_changed_files_are_told_in_the_revision(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8") + "\n", "utf-8")
    assert build(checkout, "cpu", engines=("podman",))[0] == 0
    assert re.search(r"REVISION=[0-9a-f]{40}-changed ", calls(checkout)[0])
