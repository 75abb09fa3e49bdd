"""What a disconnected site needs, before anything is looked for: of the lock, the chart's values and the setup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from processors.bundle import locked, models, site
from processors.bundle.checkout import Checkout
from processors.bundle.errors import BundleError
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from processors.local import cache

_LANGUAGE = "tesseract-ocr-"


@dataclass(frozen=True)
class Site:
    """For whom a bundle is."""

    #: values files of the chart, later ones over earlier ones
    files: tuple[Path, ...] = ()
    #: extras of pyproject.toml for a machine without a cluster
    extras: tuple[str, ...] = ()


def wanted(checkout: Checkout, for_whom: Site) -> list[Wanted]:
    """Everything, part by part.

    Raises:
        BundleError: the site's values, the lock or the list of system packages cannot be read.
    """
    told = site.values(checkout.chart, for_whom.files)
    return [
        Wanted(Part.CHART, "chancery", checkout.version),
        *site.images(told),
        Wanted(Part.WHEELS, "chancery", checkout.version, note="built here"),
        *_models(checkout),
        *locked.packages(checkout.root, for_whom.extras),
        *(Wanted(Part.LANGUAGES, language) for language in languages(checkout)),
        *site.weights(told),
        Wanted(Part.SERVERS, "org.apache.kafka:kafka_2.13", cache.KAFKA_VERSION, note="and the jars that it needs"),
        Wanted(Part.SERVERS, cache.MINIO_MODULE, cache.MINIO_VERSION),
        *(Wanted(Part.SYSTEM, package) for package in system_packages(checkout)),
        Wanted(Part.DOCS, "docs", checkout.version),
    ]


def _models(checkout: Checkout) -> Iterator[Wanted]:
    """The shipped models, which travel in Chancery's own wheel."""
    for one in models.shipped(checkout.root / "processors" / "models", ""):
        yield Wanted(Part.WHEELS, one.name, digests=(one.sha256,), note="a model in Chancery's own wheel")


def languages(checkout: Checkout) -> list[str]:
    """The language packs, as Tesseract calls them."""
    packages = system_packages(checkout)
    return [name.removeprefix(_LANGUAGE).replace("-", "_") for name in packages if name.startswith(_LANGUAGE)]


def system_packages(checkout: Checkout) -> list[str]:
    """Debian's names of what is needed of the system; images have them already.

    Raises:
        BundleError: the list has a line that is none.
    """
    return list(_packages(checkout.root / "images" / "system-packages"))


def _packages(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2:
            raise BundleError(f"{file}, line {number}: a group and a package, and nothing else.")
        yield words[1]


def of_part(things: Sequence[Wanted], part: Part) -> list[Wanted]:
    """Those of one part."""
    return [one for one in things if one.part is part]
