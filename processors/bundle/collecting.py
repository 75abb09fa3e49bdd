"""Finds on this machine what a site needs, part by part; what is not here is told, never left out in silence."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from processors.bundle import chart_archive, oci, servers, wheels
from processors.bundle.checkout import Checkout
from processors.bundle.errors import BundleError
from processors.bundle.gathered import Gathered
from processors.bundle.listing import Site, of_part
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from processors.extract.language.weights import digest
from processors.local import cache
from processors.local.environment import cache_folder

#: parts of which a single thing can be left out
SINGLE = frozenset({Part.IMAGES, Part.LANGUAGES, Part.WEIGHTS})


@dataclass(frozen=True)
class Places:
    """Where things lie that no checkout has, and how wheels are brought."""

    #: OCI archives; None = there are none
    images: Path | None = None
    #: a folder with one folder for each set of weights, by name; None = there are none
    weights: Path | None = None
    #: Tesseract's data
    tessdata: Path | None = None
    #: where wheels are kept; None = in the cache folder
    wheels: Path | None = None
    #: of what an own wheel is built into; a folder that the caller removes
    scratch: Path = Path()
    offline: bool = False


@dataclass
class Collected:
    """What was found and what was not."""

    found: list[Gathered] = field(default_factory=list)
    lacking: list[Wanted] = field(default_factory=list)
    #: image -> the file that holds it
    images: dict[str, str] = field(default_factory=dict)


def collect(
    checkout: Checkout,
    for_whom: Site,
    things: Sequence[Wanted],
    places: Places,
    without: frozenset[str],
    on_line: Callable[[str], None],
) -> Collected:
    """Look for everything that is wanted and not in `without`: parts, or names of single things of `SINGLE` parts.

    Raises:
        BundleError: something is there and is not what it should be, or wheels cannot be fetched.
    """
    made = Collected()
    for part in Part:
        here = of_part(things, part)
        if part.value in without:
            made.lacking += here
            continue
        if part in SINGLE:
            made.lacking += [one for one in here if one.name in without]
            here = [one for one in here if one.name not in without]
        on_line(f"{part}: {part.meaning}")
        match part:
            case Part.CHART:
                made.found += _chart(checkout, for_whom)
            case Part.IMAGES:
                _images(here, places, made)
            case Part.WHEELS:
                made.found += _wheels(checkout, for_whom, places, on_line)
            case Part.LANGUAGES:
                _languages(here, places, made)
            case Part.WEIGHTS:
                _weights(here, places, made)
            case Part.SERVERS:
                _servers(here, made)
            case Part.SYSTEM:
                made.found.append(_system(here))
            case Part.DOCS:
                made.found += _docs(checkout)
    return made


def _chart(checkout: Checkout, for_whom: Site) -> Iterator[Gathered]:
    version = checkout.version
    name = chart_archive.name(checkout)
    yield Gathered(f"chart/{name}", chart_archive.pack(checkout), Part.CHART, "chancery", version, "Apache-2.0")
    for number, file in enumerate(for_whom.files, 1):
        yield Gathered(f"chart/values-{number}-{file.name}", file, Part.CHART, file.name)


def _images(here: Sequence[Wanted], places: Places, made: Collected) -> None:
    archives = list(oci.archives(places.images)) if places.images else []
    for one in here:
        archive = next((each for each in archives if each.holds(one.name)), None)
        if archive is None:
            made.lacking.append(one)
            continue
        made.images[one.name] = f"images/{re.sub(r'[/:@]', '-', one.name)}.oci.tar"
        purl = f"pkg:oci/{one.name.split('/')[-1].split(':')[0]}@sha256%3A{archive.digest}"
        made.found.append(
            Gathered(made.images[one.name], archive.file, Part.IMAGES, one.name, "", archive.licence, purl)
        )


def _wheels(checkout: Checkout, for_whom: Site, places: Places, on_line: Callable[[str], None]) -> list[Gathered]:
    folder = places.wheels or cache_folder() / "wheels"
    found = wheels.download(checkout, for_whom.extras, folder, places.offline, on_line)
    on_line("building Chancery's own wheel")
    found.append(wheels.build(checkout, places.scratch, places.offline))
    return [*found, Gathered(wheels.REQUIREMENTS, wheels.requirements(found), Part.WHEELS, "requirements")]


def _languages(here: Sequence[Wanted], places: Places, made: Collected) -> None:
    for one in here:
        file = places.tessdata / f"{one.name}.traineddata" if places.tessdata else None
        if file is None or not file.is_file():
            made.lacking.append(one)
        else:
            # Tesseract's own packs, as Debian ships them.
            path = f"languages/{file.name}"
            made.found.append(Gathered(path, file, Part.LANGUAGES, one.name, "", "Apache-2.0"))


def _weights(here: Sequence[Wanted], places: Places, made: Collected) -> None:
    for one in here:
        folder = places.weights / one.name if places.weights else None
        if folder is None or not folder.is_dir():
            made.lacking.append(one)
            continue
        if (found := digest(folder)) not in one.digests:
            raise BundleError(f"The weights in {folder} have the digest {found}, the values name {one.digests[0]}.")
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            path = f"weights/{one.name}/{file.relative_to(folder).as_posix()}"
            made.found.append(Gathered(path, file, Part.WEIGHTS, one.name))


def _servers(here: Sequence[Wanted], made: Collected) -> None:
    kafka, minio = here
    if cache.has_kafka():
        made.found += servers.jars(cache.kafka_folder())
    else:
        made.lacking.append(kafka)
    if cache.has_minio():
        made.found.append(servers.minio(cache.minio_binary()))
    else:
        made.lacking.append(minio)


def _system(here: Sequence[Wanted]) -> Gathered:
    lines = [f"{one.name}\t{_installed(one.name)}\n" for one in here]
    return Gathered("system/packages.txt", "".join(lines).encode(), Part.SYSTEM, "packages")


def _installed(package: str) -> str:
    """The version on this machine; "" where it is none of Debian's, or not installed."""
    command = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout.strip()
    except FileNotFoundError:
        return ""


def _docs(checkout: Checkout) -> Iterator[Gathered]:
    tops = ("README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md", "LICENSE")
    files = [checkout.root / name for name in tops]
    files += sorted(each for each in (checkout.root / "docs").rglob("*") if each.is_file())
    for file in files:
        path = file.relative_to(checkout.root).as_posix()
        place = path if path.startswith("docs/") else f"docs/{path}"
        yield Gathered(place, file, Part.DOCS, path, checkout.version, "Apache-2.0")
