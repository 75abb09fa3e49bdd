"""Wheels for a machine without a network: those of uv.lock through pip, held to the lock, and Chancery's own."""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from processors.bundle import licences, locked, models
from processors.bundle.checkout import Checkout
from processors.bundle.errors import BundleError
from processors.bundle.gathered import Gathered
from processors.bundle.parts import Part
from processors.digests import file_sha256
from processors.local.environment import inherited
from processors.local.following import followed

OnLine = Callable[[str], None]
FOLDER = Part.WHEELS.value
REQUIREMENTS = f"{FOLDER}/requirements.txt"


def download(
    checkout: Checkout, extras: Sequence[str], into: Path, offline: bool, on_line: OnLine
) -> list[Gathered]:
    """The wheels that an installation with these extras needs on a machine like this one, but Chancery's own.

    Args:
        checkout: whose lock
        extras: of pyproject.toml
        into: kept between calls; what is there is not fetched again
        offline: take everything from there
        on_line: told what is fetched

    Raises:
        BundleError: pip is missing, cannot fetch one, or fetched one that the lock does not name.
    """
    if importlib.util.find_spec("pip") is None:
        raise BundleError("pip is missing, which fetches wheels: run `scripts/setup --extra bundle`.")
    wanted = {(one.name, one.version): one for one in locked.packages(checkout.root, extras)}
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chancery-wheels-") as scratch:
        asked = Path(scratch) / "requirements.txt"
        asked.write_text(locked.requirements(checkout.root, extras), "utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        command += ["--progress-bar", "off", "--requirement", str(asked)]
        # pip removes what it finds wanting in the folder that it writes to: never from the only one that there is.
        command += (
            ["--dest", scratch, "--no-index", "--find-links", str(into)] if offline else ["--dest", str(into)]
        )
        _run(command, _index(inherited()), on_line)
    found = {}
    for file in sorted(into.glob("*.whl")):
        name, version = _named(file)
        one = wanted.get((name, version))
        if one is not None and file_sha256(file) in one.digests:
            found[name] = _gathered(file, name, version)
    if lacking := sorted(name for name, _ in wanted if name not in found):
        raise BundleError(
            f"{into} holds no wheel of {', '.join(lacking)} that uv.lock names. Empty it and pack again."
        )
    return [found[name] for name in sorted(found)]


def build(checkout: Checkout, into: Path, offline: bool) -> Gathered:
    """Chancery's own wheel, made with the tools of images/build-tools.txt; the shipped models are in it.

    Raises:
        BundleError: it cannot be built.
    """
    command = [locked.uv(), "build", "--quiet", "--wheel", "--require-hashes", "--out-dir", str(into)]
    command += ["--build-constraints", "images/build-tools.txt", *(["--offline"] if offline else [])]
    variables = inherited("VIRTUAL_ENV") | {"SOURCE_DATE_EPOCH": str(checkout.epoch)}
    _run(command, variables, lambda _line: None, checkout.root)
    file = into / f"chancery-{checkout.version}-py3-none-any.whl"
    licence = licences.of_wheel(file)
    inside = tuple(models.shipped(checkout.root / "processors" / "models", licence))
    purl = f"pkg:pypi/chancery@{checkout.version}"
    return Gathered(f"{FOLDER}/{file.name}", file, Part.WHEELS, "chancery", checkout.version, licence, purl, inside)


def requirements(found: Iterable[Gathered]) -> bytes:
    """What pip installs at the site: exactly these files, each held to its digest."""
    lines = ["# pip install --no-index --find-links . --require-hashes --requirement requirements.txt"]
    for one in sorted(found, key=lambda each: each.name):
        assert isinstance(one.source, Path)
        lines.append(f"{one.name}=={one.version} --hash=sha256:{file_sha256(one.source)}")
    return "\n".join([*lines, ""]).encode()


def _gathered(file: Path, name: str, version: str) -> Gathered:
    licence = licences.of_wheel(file)
    return Gathered(
        f"{FOLDER}/{file.name}", file, Part.WHEELS, name, version, licence, f"pkg:pypi/{name}@{version}"
    )


def _named(wheel: Path) -> tuple[str, str]:
    name, version = wheel.name.split("-")[:2]
    return re.sub(r"[-_.]+", "-", name).lower(), version


def _index(variables: dict[str, str]) -> dict[str, str]:
    """Pip goes where uv goes, unless it was told itself."""
    told = variables.get("UV_DEFAULT_INDEX") or variables.get("UV_INDEX_URL")
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    if told and "PIP_INDEX_URL" not in variables:
        # An index of uv's may have a name: NAME=URL.
        quiet["PIP_INDEX_URL"] = re.sub(r"^[\w-]+=", "", told)
    return variables | quiet


def _run(command: list[str], variables: dict[str, str], on_line: OnLine, folder: Path | None = None) -> None:
    code, last = followed(command, variables, lambda line: on_line(line.strip()), folder)
    if code != 0:
        raise BundleError("\n".join([f"{Path(command[0]).name} could not do it. It said:", *last[-10:]]))
