"""Brings the server programs into the cache folder: `python -m processors.local.fetch`.

Nothing is fetched at run time, only here. Both programs come through their ecosystem's own client, which checks
what it downloads: Maven against the repository's checksums (-C makes a mismatch fatal), Go against its checksum
database.
Each is made in a temporary folder beside its place and moved there in one step, so an interrupted fetch leaves
nothing that looks complete.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from processors.local import cache
from processors.local.environment import cache_folder, inherited
from processors.local.failures import ProgramMissingError, StackError
from processors.local.following import followed

OnStep = Callable[[str], None]

#: seconds between two progress lines of the MinIO build, which takes about two minutes on two cores
_PROGRESS_EVERY = 10.0

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>chancery</groupId>
  <artifactId>kafka-server</artifactId>
  <version>{cache.KAFKA_VERSION}</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{cache.KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>{cache.LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


def fetch(on_step: OnStep, folder: Path | None = None) -> None:
    """Bring Kafka and MinIO into the cache folder; what is there already is left alone.

    Raises:
        ProgramMissingError: Maven or Go is needed and not installed.
        StackError: the download or build failed; the message quotes its output.
    """
    root = folder or cache_folder()
    for name, there, bring in (
        (f"Kafka {cache.KAFKA_VERSION}", cache.has_kafka, _kafka),
        (f"MinIO {cache.MINIO_VERSION}", cache.has_minio, _minio),
    ):
        if there(root):
            on_step(f"{name}: there")
            continue
        began = time.monotonic()
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=root) as scratch:
            bring(Path(scratch), root, on_step)
        on_step(f"{name}: fetched in {time.monotonic() - began:.0f} s")


def _kafka(scratch: Path, root: Path, on_step: OnStep) -> None:
    maven = _need("mvn", "Run `apt-get install maven`.")
    pom = scratch / "pom.xml"
    pom.write_text(POM, encoding="utf-8")
    jars = scratch / "jars"
    on_step(f"Kafka {cache.KAFKA_VERSION}: downloading about 45 jars, 45 MB")
    arguments = ["-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    _run("Maven", [maven, "-q", "-B", "-C", "-f", str(pom), "dependency:copy-dependencies", *arguments], {})
    place = cache.kafka_folder(root)
    if place.exists():  # left by something other than this function, since it is not complete
        shutil.rmtree(place)
    jars.rename(place)


def _minio(scratch: Path, root: Path, on_step: OnStep) -> None:
    go = _need("go", "Install Go 1.24 or newer from https://go.dev/dl/ (or your distribution's `golang-go`).")
    on_step("MinIO: building from source, about 2 minutes on 2 cores")
    began = last = time.monotonic()
    packages = 0

    def count(line: str) -> None:
        nonlocal packages, last
        packages += not line.startswith("go: ")
        if time.monotonic() - last >= _PROGRESS_EVERY:
            last = time.monotonic()
            doing = f"{packages} packages compiled" if packages else "downloading modules"
            on_step(f"MinIO: {doing}, {last - began:.0f} s")

    command = [go, "install", "-v", f"{cache.MINIO_MODULE}@{cache.MINIO_VERSION}"]
    # An empty GOOS and GOARCH mean this machine: with others set, Go refuses to install into GOBIN.
    _run("Go", command, {"GOBIN": str(scratch), "GOOS": "", "GOARCH": ""}, count)
    place = cache.minio_binary(root)
    place.parent.mkdir(parents=True, exist_ok=True)
    (scratch / "minio").replace(place)


def _need(program: str, remedy: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise ProgramMissingError(program, remedy)
    return found


def _run(
    name: str, command: Sequence[str], variables: dict[str, str], on_line: Callable[[str], None] | None = None
) -> None:
    """Run a command to its end, passing on each line it prints; its last lines are kept for the error."""
    code, last = followed(command, inherited() | variables, on_line or (lambda _: None))
    if code != 0:
        remedy = "See whether this machine reaches the package servers (proxy?), then run it again. It said:"
        raise StackError(name, f"ended with exit code {code}", "\n".join([remedy, *last]))


def main() -> int:
    """Fetch, with one line per step on standard output."""

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    try:
        fetch(say)
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
