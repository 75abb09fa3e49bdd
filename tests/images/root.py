"""The root of the `cpu` image without an engine: a Debian, and the two scripts that its Containerfile calls.

What an engine would add are layers and labels. What runs in the root runs as the chart has it: user 10001 without
capabilities, nothing writable but /tmp and the home.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from processors.bundle import locked
from tests.images.containerfile import read

ROOT = Path(__file__).parents[2]
PLACE = "/opt/chancery/venv"
HOME = "/var/lib/chancery"
_PATH = f"{PLACE}/bin:/usr/local/bin:/usr/bin:/bin"
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
#: Debian 12, which is what the base image is made of; its Python lies elsewhere, and is the same release
_SUITE = "bookworm"


def possible() -> None:
    """Skip where no root can be made."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        pytest.skip("needs root and debootstrap (apt-get install debootstrap)")


def build(root: Path) -> None:
    """Make the root, as the Containerfile says. Downloads some 200 MB; takes minutes."""
    include = "--include=ca-certificates,python3.11"
    _run(["debootstrap", "--variant=minbase", include, _SUITE, str(root)])
    uv = Path(locked.uv()).resolve().parent
    cache = subprocess.run([locked.uv(), "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    for place in ("src", "uv", "cache"):
        (root / place).mkdir()
    mounts = [
        f"mount --bind {source} {root}/{place}" for source, place in ((ROOT, "src"), (uv, "uv"), (cache, "cache"))
    ]
    mounts += [f"mount -t proc proc {root}/proc", f"mount --bind /dev {root}/dev"]
    # Whom this machine trusts, in case its index of packages is its own.
    mounts += [f"mount --bind {_AUTHORITIES} {root}{_AUTHORITIES}"]
    steps = read((ROOT / "images" / "cpu.Containerfile").read_text("utf-8"))
    system = next(step.rest for step in steps if "install-system" in step.rest).partition("install-system ")[2]
    python = next(step.rest for step in steps if "install-python" in step.rest).partition("install-python ")[2]
    variables = (
        f"PATH=/uv:/usr/bin:/bin UV_CACHE_DIR=/cache SSL_CERT_FILE={_AUTHORITIES} SOURCE_DATE_EPOCH=1790000000"
    )
    inside = [
        f"chroot {root} /src/images/install-system {system}",
        f"chroot {root} env {variables} /src/images/install-python {re.sub(r'[$][{].*?[}]', '', python)}",
    ]
    # The mounts are gone with the namespace, so nothing of this checkout is in the root when it is removed.
    _run(["unshare", "--mount", "sh", "-e", "-c", "\n".join(mounts + inside)])


def command(root: Path, home: Path, *words: str, variables: Mapping[str, str]) -> list[str]:
    """How a command is run in there, with this machine's network."""
    made = ["bwrap", "--unshare-all", "--share-net", "--die-with-parent", "--clearenv", "--cap-drop", "ALL"]
    made += ["--uid", "10001", "--gid", "10001", "--ro-bind", str(root), "/", "--proc", "/proc", "--dev", "/dev"]
    made += ["--tmpfs", "/tmp", "--bind", str(home), HOME, "--chdir", HOME]
    for name, value in ({"PATH": _PATH, "HOME": "/tmp", "CHANCERY_HOME": HOME} | dict(variables)).items():
        made += ["--setenv", name, value]
    return [*made, *words]


def _run(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=1800)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
