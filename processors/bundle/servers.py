"""The server programs of the one-machine stack as components: Kafka's jars by coordinates, MinIO's modules."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from processors.bundle import licences
from processors.bundle.errors import BundleError
from processors.bundle.gathered import Component, Gathered
from processors.bundle.parts import Part
from processors.local import cache

#: artefact -> group, of the jars that do not say it themselves
_GROUPS: Final = {
    "caffeine": "com.github.ben-manes.caffeine",
    "hash4j": "com.dynatrace.hash4j",
    "jspecify": "org.jspecify",
    "lz4-java": "org.lz4",
    "pcollections": "org.pcollections",
    "re2j": "com.google.re2j",
    "scala-library": "org.scala-lang",
    "scala-logging_2.13": "com.typesafe.scala-logging",
    "scala-reflect": "org.scala-lang",
    "snappy-java": "org.xerial.snappy",
    "zstd-jni": "com.github.luben",
}
#: Go writes what a program was built of between these marks, a line each, with tabs.
_BEGIN: Final = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")
_END: Final = bytes.fromhex("f932433186182072008242104116d8f2")


def jars(folder: Path) -> Iterator[Gathered]:
    """Every jar of a broker.

    Raises:
        BundleError: one does not tell what it is.
    """
    for file in sorted(folder.glob("*.jar")):
        artefact, version = _artefact(file.name)
        try:
            with zipfile.ZipFile(file) as jar:
                group, licence = _group(jar, artefact), licences.of_jar(jar)
        except (OSError, zipfile.BadZipFile) as error:
            raise BundleError(f"{file} is no jar ({error}). Remove its folder and run `scripts/setup`.") from error
        yield Gathered(
            f"servers/{folder.name}/{file.name}",
            file,
            Part.SERVERS,
            f"{group}:{artefact}",
            version,
            licence,
            f"pkg:maven/{group}/{artefact}@{version}",
        )


def minio(program: Path) -> Gathered:
    """MinIO's program with the modules that it was built of.

    Raises:
        BundleError: it does not tell them.
    """
    return Gathered(
        "servers/bin/minio",
        program,
        Part.SERVERS,
        cache.MINIO_MODULE,
        cache.MINIO_VERSION,
        "AGPL-3.0-only",
        f"pkg:golang/{cache.MINIO_MODULE}@{cache.MINIO_VERSION}",
        tuple(modules(program)),
    )


def modules(program: Path) -> list[Component]:
    """The modules that a Go program was built of, as it tells them itself.

    Raises:
        BundleError: it tells none.
    """
    with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = content.find(_BEGIN + b"path\t")
        told = (
            content[start + len(_BEGIN) : content.find(_END, start)].decode("utf-8", "replace")
            if start >= 0
            else ""
        )
    found: list[Component] = []
    for line in told.splitlines():
        kind, *words = line.split("\t")
        if kind == "=>":  # the module above was replaced by this one
            found.pop()
        if kind in ("dep", "=>"):
            found.append(Component(f"pkg:golang/{words[0]}@{words[1]}", words[0], words[1]))
    if not found:
        raise BundleError(f"{program} does not tell what it was built of. Remove it and run `scripts/setup`.")
    return found


def _artefact(name: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.+?)-(\d[\w.+-]*)\.jar", name)
    if match is None:
        raise BundleError(f"{name}: a jar without a version in its name is none that `scripts/setup` fetched.")
    return match[1], match[2]


def _group(jar: zipfile.ZipFile, artefact: str) -> str:
    """The group from the jar's own pom.properties, else what is known of it."""
    for name in jar.namelist():
        if re.fullmatch(rf"META-INF/maven/[^/]+/{re.escape(artefact)}/pom\.properties", name):
            return name.split("/")[2]
    if artefact.startswith("kafka"):
        return "org.apache.kafka"
    if artefact not in _GROUPS:
        raise BundleError(f"The jar {artefact} does not tell its group. Name it in processors/bundle/servers.py.")
    return _GROUPS[artefact]
