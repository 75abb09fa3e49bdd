"""Programs that tests run, besides the local stack's servers: `python -m tests.tools` brings them.

They are built from their Go modules, which Go holds against its checksum database, and put into the cache folder
beside the servers. The schemas by which the chart is judged come with them. Quick when all is there.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from processors.local.environment import cache_folder, inherited
from processors.local.failures import ProgramMissingError


@dataclass(frozen=True)
class Program:
    """A program of a Go module."""

    package: str
    version: str
    #: build tags, with commas
    tags: str = ""


#: Prometheus without what finds targets at hosting companies and in clusters: tests name theirs in files. All of it
#: would be most of the time that the build takes.
_PROMETHEUS = ("v0.316.0", "remove_all_sd")
PROGRAMS = {
    "helm": Program("helm.sh/helm/v4/cmd/helm", "v4.3.1"),
    "kubeconform": Program("github.com/yannh/kubeconform/cmd/kubeconform", "v0.7.0"),
    "prometheus": Program("github.com/prometheus/prometheus/cmd/prometheus", *_PROMETHEUS),
    "promtool": Program("github.com/prometheus/prometheus/cmd/promtool", *_PROMETHEUS),
}


def program(name: str) -> Path:
    """Where a program lies.

    Raises:
        ProgramMissingError: it was not fetched.
    """
    found = _place(name)
    if not found.is_file():
        raise ProgramMissingError(f"{name} {PROGRAMS[name].version}", "Run `python -m tests.tools`; Go builds it.")
    return found


def fetch() -> None:
    """Build what is missing.

    Raises:
        subprocess.CalledProcessError: Go could not.
    """
    for name, one in PROGRAMS.items():
        if not _place(name).is_file():
            say(f"{name} {one.version}: building from source, a minute or more on 2 cores")
            _build(name)
        say(f"{name} {one.version}: there")


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _place(name: str) -> Path:
    return cache_folder() / "bin" / f"{name}-{PROGRAMS[name].version}"


def _build(name: str) -> None:
    place, wanted = _place(name), PROGRAMS[name]
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=place.parent) as scratch:
        variables = inherited() | {"GOBIN": scratch, "GOOS": "", "GOARCH": ""}
        command = ["go", "install", "-tags", wanted.tags, f"{wanted.package}@{wanted.version}"]
        subprocess.run(command, env=variables, check=True)
        (Path(scratch) / name).replace(place)


if __name__ == "__main__":
    from tests.helm import fetching

    fetch()
    fetching.fetch()
