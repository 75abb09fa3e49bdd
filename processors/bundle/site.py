"""What a site's values ask for: which images, and whose weights. Reads them as Helm does, without Helm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from processors.bundle.errors import BundleError
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted


def values(chart: Path, sites: Sequence[Path]) -> dict[str, Any]:
    """The chart's values with those of the files over them, later ones last.

    Raises:
        BundleError: a file cannot be read, or holds no values.
    """
    told: dict[str, Any] = {}
    for file in (chart / "values.yaml", *sites):
        try:
            read = yaml.safe_load(file.read_text("utf-8"))
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise BundleError(f"The values {file} cannot be read: {error}") from error
        if not isinstance(read, dict):
            raise BundleError(f"{file} holds no values: it must be a mapping.")
        told = _over(told, read)
    return told


def images(told: Mapping[str, Any]) -> Iterator[Wanted]:
    """The images that the chart makes pods of, with these values."""
    names = {"cpu"}
    names |= {str(worker.get("image", "cpu")) for worker in told["workers"].values()}
    if told["airflow"]["enabled"]:
        names.add("airflow")
    if told["language"]["server"]["enabled"]:
        names.add("vllm")
    registry = str(told["images"]["registry"]).rstrip("/")
    for name in sorted(names):
        image = str(told["images"][name])
        _, _, digest = image.partition("@sha256:")
        note = f"as {registry}/{image} at the site" if registry else ""
        yield Wanted(Part.IMAGES, image, digests=(digest,) if digest else (), note=note)


def weights(told: Mapping[str, Any]) -> Iterator[Wanted]:
    """The weights that the chart's own language server loads, with these values."""
    server = told["language"]["server"]
    if server["enabled"]:
        note = "digest over names and contents of all files, see docs/cluster.md"
        yield Wanted(
            Part.WEIGHTS, str(server["weights"]["name"]), digests=(server["weights"]["digest"],), note=note
        )


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for name, value in above.items():
        under = made.get(name)
        if value is None:
            made.pop(name, None)  # as Helm: null takes a default away
        elif isinstance(value, Mapping) and isinstance(under, Mapping):
            made[name] = _over(under, value)
        else:
            made[name] = value
    return made
