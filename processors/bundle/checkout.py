"""The checkout that a bundle is made of: where things lie in it, and which commit it is."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from processors.bundle.errors import BundleError

_MARKS = ("uv.lock", "pyproject.toml", "helm/chancery/Chart.yaml", "images/system-packages")


@dataclass(frozen=True)
class Checkout:
    """A folder with Chancery's sources."""

    root: Path
    version: str
    #: the commit, with "-changed" behind it where files differ from it; "" outside of a repository
    revision: str
    #: seconds since 1970 of the commit: the time that everything in a bundle has
    epoch: int

    @property
    def chart(self) -> Path:
        """The chart's folder."""
        return self.root / "helm" / "chancery"


def find(root: Path) -> Checkout:
    """The checkout at a folder.

    Raises:
        BundleError: there is none.
    """
    lacking = [mark for mark in _MARKS if not (root / mark).is_file()]
    if lacking:
        raise BundleError(
            f"{root} is no checkout of Chancery (there is no {lacking[0]}). A bundle is made of sources: "
            "run this in a checkout, or name one with --checkout."
        )
    found = re.search(r'^version = "([^"]+)"$', (root / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise BundleError(f"{root / 'pyproject.toml'} names no version.")
    revision = _git(root, "rev-parse", "HEAD")
    changed = revision and _git(root, "status", "--porcelain", "--untracked-files=no")
    epoch = _git(root, "log", "-1", "--format=%ct") if revision else ""
    return Checkout(root.resolve(), found[1], f"{revision}-changed" if changed else revision, int(epoch or 0))


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False, timeout=60
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
