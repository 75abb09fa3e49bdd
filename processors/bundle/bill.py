"""Holds the bill of materials in a bundle to its files. Needs no library: a site has the base package alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from processors.bundle.findings import Fault, Finding
from processors.bundle.manifest import SBOM, File
from processors.bundle.parts import Part

#: bytes
MOST_BILL: Final = 64 * 1024 * 1024
#: the property of a component that names its file in the bundle
FILE_PROPERTY: Final = "chancery:file"
#: parts whose files are components; the others are texts of ours
COMPONENTS: Final = frozenset({Part.IMAGES, Part.WHEELS, Part.LANGUAGES, Part.WEIGHTS, Part.SERVERS, Part.CHART})


def faults(content: bytes, files: Sequence[File]) -> Iterator[Finding]:
    """Where bill and bundle say different things."""
    try:
        named = dict(_named(json.loads(content)))
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Finding(Fault.NO_SBOM, SBOM)
        return
    parts = {part.value for part in COMPONENTS}
    there = {file.path: file.sha256 for file in files if file.part in parts and is_component(file.path)}
    for path in sorted(there.keys() | named.keys()):
        if path not in named:
            yield Finding(Fault.NOT_IN_SBOM, path)
        elif path not in there:
            yield Finding(Fault.ONLY_IN_SBOM, path)
        elif named[path] != there[path]:
            yield Finding(Fault.NOT_IN_SBOM, path, "with another digest")


def is_component(path: str) -> bool:
    """Whether a file of such a part is a thing of its own: lists and values that lie beside them are none."""
    return not path.endswith((".txt", ".yaml")) or path.startswith(f"{Part.WEIGHTS.value}/")


def _named(bom: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """File in the bundle -> its sha256, as the bill has them."""
    for component in bom.get("components", ()):
        digests = {one["alg"]: one["content"] for one in component.get("hashes", ())}
        for one in component.get("properties", ()):
            if one["name"] == FILE_PROPERTY:
                yield one["value"], digests.get("SHA-256", "")
