"""What uv.lock says of the packages that an installation with some extras has. uv itself chooses them."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.markers import Marker

from processors.bundle.errors import BundleError
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from processors.local.environment import cache_folder


def uv() -> str:
    """The uv of this machine: on PATH, or where `scripts/setup` has put it.

    Raises:
        BundleError: there is none.
    """
    own = cache_folder() / "uv" / "bin" / "uv"
    found = shutil.which("uv") or (str(own) if own.is_file() else None)
    if found is None:
        raise BundleError("uv is missing: run `scripts/setup`.")
    return found


def requirements(root: Path, extras: Sequence[str]) -> str:
    """What pip reads: every package with its version and the digests of its files, Chancery itself left out.

    Raises:
        BundleError: the lock has no such extra, or does not fit pyproject.toml.
    """
    words = [word for extra in extras for word in ("--extra", extra)]
    command = [uv(), "export", "--frozen", "--quiet", "--no-default-groups", "--no-emit-project", "--no-annotate"]
    done = subprocess.run(
        [*command, "--no-header", "--format", "requirements.txt", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode != 0:
        raise BundleError(
            f"uv cannot read uv.lock with these extras ({', '.join(extras) or 'none'}):\n{done.stderr}"
        )
    return done.stdout


def packages(root: Path, extras: Sequence[str]) -> Iterator[Wanted]:
    """The same packages, each with the digests of all its wheels; those for other systems alone are left out.

    Raises:
        BundleError: as `requirements`; or one of them has no wheel.
    """
    wheels = _wheels(root)
    for text in requirements(root, extras).splitlines():
        if not text or text[0] in " #":
            continue
        line, _, condition = text.rstrip("\\ ").partition(" ; ")
        if condition and not Marker(condition).evaluate():
            continue
        name, _, version = line.strip().partition("==")
        digests = wheels.get((name.partition("[")[0], version), ())
        if not digests:
            raise BundleError(f"uv.lock holds no wheel of {name} {version}: it would be built at the site.")
        yield Wanted(Part.WHEELS, name.partition("[")[0], version, digests)


def _wheels(root: Path) -> Mapping[tuple[str, str], tuple[str, ...]]:
    lock: dict[str, Any] = tomllib.loads((root / "uv.lock").read_text("utf-8"))
    return {
        (package["name"], package["version"]): tuple(
            wheel["hash"].removeprefix("sha256:") for wheel in package.get("wheels", ())
        )
        for package in lock["package"]
    }
