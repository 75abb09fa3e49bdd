"""The models that are shipped, which travel inside Chancery's own wheel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from processors.bundle.gathered import Component
from processors.digests import file_sha256

#: documentation and measurements are no models
_MODEL = (".onnx", ".npz", ".safetensors")


def shipped(folder: Path, licence: str) -> Iterator[Component]:
    """Every file with trained numbers below the folder of models."""
    for file in sorted(folder.rglob("*")):
        if file.suffix in _MODEL:
            name = file.relative_to(folder).as_posix()
            yield Component("", f"chancery/{name}", "", file_sha256(file), licence, model=True)
