"""Chancery is installed from a bundle where there is no network. `make bundle-check`: the first run downloads."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from processors.cli import app

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[3]
#: a network of its own in which there is nothing, not even a loopback that is up
ALONE = ("unshare", "--net", "--user", "--map-root-user")
_REACHES = "import socket; socket.create_connection(('192.0.2.1', 443), 2)"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with the base's wheels, verified and unpacked as docs/airgap.md says."""
    folder = tmp_path_factory.mktemp("bundle")
    key = folder / "packer.pem"
    words = ["bundle", "pack", "--checkout", str(ROOT), "--to", str(folder), "--key", str(key), "--make-key"]
    words += ["--without", "images,servers,languages", "--json"]
    packed = CliRunner().invoke(app, words)
    assert packed.exit_code == 0, packed.output
    bundle = json.loads(packed.stdout.splitlines()[-1])["bundle"]
    verified = CliRunner().invoke(app, ["bundle", "verify", bundle, "--key", f"{key}.pub"])
    assert verified.exit_code == 0, verified.output
    with tarfile.open(bundle) as archive:
        archive.extractall(folder / "at-site", filter="data")
    return folder / "at-site"


def alone(*command: str | Path, code: int = 0) -> str:
    """What a command prints where there is no network."""
    done = subprocess.run(
        [*ALONE, *map(str, command)],
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_there_is_no_network_there() -> None:
    alone(sys.executable, "-c", _REACHES, code=1)


def test_chancery_is_installed_and_runs_without_a_network(unpacked: Path, tmp_path: Path) -> None:
    venv, wheels = tmp_path / "venv", unpacked / "wheels"
    python = venv / "bin" / "python"
    alone(Path(sys.executable).resolve(), "-m", "venv", venv)
    pip = (python, "-m", "pip", "install", "--quiet", "--no-index", "--no-cache-dir", "--find-links", wheels)
    alone(*pip, "--require-hashes", "--requirement", wheels / "requirements.txt")
    alone(python, "-m", "pip", "check")
    chancery = venv / "bin" / "chancery"
    assert "bundle" in alone(chancery, "--help")
    home = ("env", f"CHANCERY_HOME={tmp_path / 'home'}", f"CHANCERY_CACHE={tmp_path / 'cache'}")
    # The servers of this machine are not there: doctor finds that, and ends with 1.
    findings = {one["name"]: one for one in json.loads(alone(*home, chancery, "doctor", "--json", code=1))}
    for name in ("models", "document types", "tesserocr", "python"):
        assert findings[name]["ok"], findings[name]
    assert not findings["Kafka reachable"]["ok"]
    assert "receipt" in alone(*home, chancery, "types")


def test_a_wheel_with_other_bytes_is_not_installed(unpacked: Path, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for file in (unpacked / "wheels").iterdir():
        (wheels / file.name).symlink_to(file)
    victim = next(wheels.glob("idna-*.whl"))
    content = victim.read_bytes()
    victim.unlink()
    victim.write_bytes(content + b"x")
    alone(Path(sys.executable).resolve(), "-m", "venv", tmp_path / "venv")
    pip = (tmp_path / "venv/bin/python", "-m", "pip", "install", "--quiet", "--no-index", "--find-links", wheels)
    alone(*pip, "--require-hashes", "--requirement", wheels / "requirements.txt", code=1)
