"""What this machine has and lacks for Chancery, and for each lack the exact command that cures it."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from processors.config import Settings
from processors.document_types.lint import lint
from processors.formats import soffice
from processors.local import cache, language_check, queue_check, sandbox_check, scanner_check
from processors.local.environment import cache_folder, java_home
from processors.local.machine import Machine
from processors.runtime.levels import Level

GIB = 1024**3
#: Kafka and MinIO with a demo's documents stay below this
_HOME_SPACE = 2 * GIB
#: jars 45 MB, MinIO 150 MB, and Go's build of it 2 GB for the time being
_CACHE_SPACE = 3 * GIB


#: what the classifier does not start without; a calibration that is absent only means that nothing was measured
_MODELS = (
    *(f"classifier/{name}" for name in ("encoder.json", "encoder.onnx", "tokenizer.json", "head.json", "head.npz")),
    "line_reader/line_reader.onnx",
)


#: Letters as wide as those of Arial and Times, Calibri, Cambria
_FONTS = (
    ("Liberation Sans", "fonts-liberation"),
    ("Carlito", "fonts-crosextra-carlito"),
    ("Caladea", "fonts-crosextra-caladea"),
)


@dataclass(frozen=True)
class Check:
    """One finding about this machine."""

    name: str
    ok: bool
    #: what is there, in words
    found: str
    #: the command to run or the setting to change; empty where all is well
    remedy: str = ""
    #: False: good to know, but Chancery runs without it
    needed: bool = True


def checks(settings: Settings, machine: Machine | None = None) -> list[Check]:
    """All findings, in the order in which they should be cured. Changes nothing.

    Takes about 2 s, and up to 20 more for a language server that is ill.
    """
    asked = machine or Machine()
    return [
        _python(asked),
        *_tesseract(settings, asked),
        _tesserocr(asked),
        _program(asked, "poppler", ("pdftotext", "-v"), (0,), "apt-get install poppler-utils"),
        _office(asked),
        *_server_programs(settings, asked),
        _program(asked, "uv", ("uv", "--version"), (0,), "scripts/setup", needed=False),
        _space("disk (home)", settings.home, _HOME_SPACE, asked),
        _space("disk (cache)", cache_folder(), _CACHE_SPACE, asked, needed=not cache.has_minio()),
        _server("Kafka", settings.kafka, "CHANCERY_KAFKA", asked),
        _server("S3", settings.s3.endpoint, "CHANCERY_S3", asked),
        *_notification_queue(settings),
        *_language_server(settings),
        _scanner(settings),
        models(settings),
        _document_types(settings),
        _sandbox(asked),
    ]


def _python(machine: Machine) -> Check:
    version = machine.python()
    right = version.startswith("3.11.")
    return Check("python", right, version, "" if right else "uv python install 3.11 && scripts/setup")


def _tesseract(settings: Settings, machine: Machine) -> Iterator[Check]:
    yield _program(machine, "tesseract", ("tesseract", "--version"), (5, 0), "apt-get install tesseract-ocr")
    folder = ("--tessdata-dir", settings.tessdata) if settings.tessdata else ()
    listed = (machine.says("tesseract", *folder, "--list-langs") or "").splitlines()
    there = {line.strip() for line in listed[1:]}
    place = re.search(r'"(.+)"', listed[0]) if listed else None
    where = place.group(1) if place else settings.tessdata or "no tessdata folder"
    for language in settings.languages.split("+"):
        # Debian writes chi_sim as chi-sim in package names.
        command = f"apt-get install tesseract-ocr-{language.replace('_', '-')}"
        if settings.tessdata:
            command = f"put {language}.traineddata there, or correct CHANCERY_TESSDATA"
        have = language in there
        others = ", ".join(sorted(there - {"osd"})) or "none"
        found = where if have else f"not in {where}; there: {others}"
        # Pages in a language whose pack is missing are read with another, and say so.
        first = language == settings.languages.split("+")[0]
        yield Check(f"language {language}", have, found, "" if have else command, needed=first)


def _tesserocr(machine: Machine) -> Check:
    # In a child: a wheel that does not fit this machine dies in native code and would take us with it.
    said = machine.says(sys.executable, "-c", "import tesserocr; print(tesserocr.tesseract_version())")
    version = _version(said)
    found = f"engine {_text(version)}" if version else "cannot be loaded"
    return Check("tesserocr", version >= (5,), found, "" if version >= (5,) else "scripts/setup")


def _office(machine: Machine) -> Check:
    """Whether office files can be converted. An agency that is sent none needs none of it."""
    program = machine.which("soffice")
    parts = soffice.lacking() if program else soffice.PACKAGES
    families = machine.says("fc-list", ":", "family") or ""
    fonts = tuple(package for family, package in _FONTS if family not in families)
    if not parts and not fonts:
        return Check("office files", True, f"{_text(_version(machine.says('soffice', '--version')))} ({program})")
    found = "some or all become dead letters" if parts else "lines and pages break elsewhere, for want of fonts"
    return Check("office files", False, found, f"apt-get install {' '.join((*parts, *fonts))}", needed=False)


def _server_programs(settings: Settings, machine: Machine) -> Iterator[Check]:
    has_kafka, has_minio = cache.has_kafka(), cache.has_minio()
    # Where a server answers, whether ours or another's, the programs to start one are not missed.
    kafka, s3 = not machine.answers(settings.kafka), not machine.answers(settings.s3.endpoint)
    home = java_home()
    java = f"{home}/bin/java" if home else "java"
    jre = "apt-get install openjdk-17-jre-headless"
    yield _program(machine, "java", (java, "-version"), (17,), jre, needed=kafka)
    for name, have, place, needed in (
        ("Kafka's jars", has_kafka, cache.kafka_folder(), kafka),
        ("MinIO's binary", has_minio, cache.minio_binary(), s3),
    ):
        found = str(place) if have else f"not in {place.parent}"
        yield Check(name, have, found, "" if have else "scripts/setup", needed)
    # Both only fetch a server, and are of no further use once it is there.
    maven, go = "apt-get install maven", "install Go 1.24 or newer from https://go.dev/dl/"
    yield _program(machine, "maven", ("mvn", "--version"), (3, 6), maven, needed=kafka and not has_kafka)
    # From 1.21 on, Go fetches the newer toolchain that a module asks for.
    yield _program(machine, "go", ("go", "version"), (1, 21), go, needed=s3 and not has_minio)


def _program(
    machine: Machine,
    name: str,
    command: tuple[str, ...],
    least: tuple[int, ...],
    remedy: str,
    *,
    needed: bool = True,
) -> Check:
    path = machine.which(command[0])
    version = _version(machine.says(*command)) if path else ()
    right = path is not None and version >= least
    if path is None:
        found = "missing"
    elif not version:
        found = f"{path}, which does not tell its version"
    else:
        found = f"{_text(version)} ({path})" + ("" if right else f"; {_text(least)} or newer is needed")
    return Check(name, right, found, "" if right else remedy, needed)


def _space(name: str, folder: Path, least: int, machine: Machine, *, needed: bool = True) -> Check:
    free = machine.free_bytes(folder)
    remedy = "" if free >= least else f"free {(least - free) / GIB:.1f} GiB there, or choose another folder"
    return Check(name, free >= least, f"{free / GIB:.1f} GiB free in {folder}", remedy, needed)


def _server(name: str, endpoint: str, variable: str, machine: Machine) -> Check:
    answers = machine.answers(endpoint)
    found = f"{endpoint} {'answers' if answers else 'does not answer'}"
    return Check(f"{name} reachable", answers, found, "" if answers else f"chancery up, or set {variable}")


def _notification_queue(settings: Settings) -> Iterator[Check]:
    """Said only where this machine has one: a queue that does not empty holds up every upload."""
    folder = settings.home / "minio" / "queue"
    if folder.is_dir():
        queue = queue_check.look(folder, time.time())
        yield Check("notification queue", queue.well, str(queue), queue.remedy)


def _language_server(settings: Settings) -> Iterator[Check]:
    """Said only where one is set: extraction by types that want it waits until it is well."""
    if (found := language_check.look(settings)) is not None:
        well, words = found
        yield Check("language server", well, words, "" if well else "see docs/language-server.md")


def _scanner(settings: Settings) -> Check:
    """Whether malware is looked for, and whether the scanner's settings let it look."""
    well, words, remedy = scanner_check.look(settings)
    return Check("malware scanner", well, words, remedy, needed=bool(settings.clamd))


def models(settings: Settings) -> Check:
    """Whether the shipped models are complete."""
    folder = settings.models
    lacking = [name for name in _MODELS if not (folder / name).is_file()]
    if lacking and len(lacking) < len(_MODELS):
        found = f"{folder} lacks {', '.join(lacking)}"
    else:
        found = f"{folder} {'holds none' if folder.is_dir() else 'is missing'}" if lacking else f"all in {folder}"
    remedy = "set CHANCERY_MODELS, or reinstall the package" if lacking else ""
    return Check("models", not lacking, found, remedy)


def _document_types(settings: Settings) -> Check:
    folder = settings.document_types
    problems = lint(folder)
    if problems:
        # Not the whole list: `chancery types` tells it.
        count = f"{len(problems)} mistakes, the first: " if len(problems) > 1 else ""
        remedy = f"chancery types {folder}, or correct CHANCERY_DOCUMENT_TYPES"
        return Check("document types", False, f"{count}{problems[0]}", remedy)
    return Check("document types", True, f"{sum(1 for _ in folder.glob('*.json'))} types in {folder}")


def _sandbox(machine: Machine) -> Check:
    level, found, remedy = sandbox_check.look(machine)
    return Check("sandbox", level >= Level.WALLS, found, remedy, needed=False)


def _version(said: str | None) -> tuple[int, ...]:
    """The first dotted number in what a program says, or an empty tuple."""
    match = re.search(r"(\d+(?:\.\d+)+)", said or "")
    return tuple(int(part) for part in match.group(1).split(".")) if match else ()


def _text(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
