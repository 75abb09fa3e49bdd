"""The files of a model: which may be loaded at all, and the digests by which they are known.

A model file is data. Nothing is registered whose loading could run code: no pickle under any name, no array file
with objects in it, nothing of a kind that is not known here.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from processors.digests import file_sha256
from processors.events import Record
from processors.forge.errors import ModelUnfit

#: written beside the files by training, taken into `model.json` at registration
CANDIDATE = "candidate.json"
#: for people alone, and the one file without weights or numbers
CARD = "MODEL_CARD.md"
_HEADER_MOST = 100 * 1024 * 1024


class ModelFile(Record):
    """A file of a model."""

    #: below the model's folder, with "/"
    path: str
    sha256: str
    #: bytes
    size: int


def files_of(folder: Path) -> tuple[ModelFile, ...]:
    """Every file of a model folder but `candidate.json`, by path.

    Raises:
        ModelUnfit: a file is not of a kind that may be loaded, or there is none.
    """
    found = []
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if (file.is_dir() and not file.is_symlink()) or name == CANDIDATE:
            continue
        _check(file, name)
        found.append(ModelFile(path=name, sha256=file_sha256(file), size=file.stat().st_size))
    if not found:
        raise ModelUnfit(f"{folder} holds no model.")
    return tuple(found)


def digest_of(files: Iterable[ModelFile]) -> str:
    """The one digest of a model: over the paths and digests of its files, in order."""
    lines = sorted(f"{file.path} {file.sha256}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def shipped_digest(folder: Path) -> str:
    """The digest of a model that came with the package, over whatever files it has; "" if it has none."""
    if not folder.is_dir():
        return ""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return digest_of(ModelFile(path=f.relative_to(folder).as_posix(), sha256=file_sha256(f), size=0) for f in files)


def _check(file: Path, name: str) -> None:
    check = _CHECKS.get(file.suffix)
    hidden = any(part.startswith(".") for part in name.split("/"))
    if file.is_symlink() or not file.is_file() or hidden or (check is None and name != CARD):
        kinds = ", ".join(sorted(_CHECKS))
        raise ModelUnfit(f"{name} may not be part of a model: only {kinds} and {CARD} are, as plain files.")
    try:
        if check is not None and not check(file):
            raise ValueError
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile):
        raise ModelUnfit(f"{name} is not what its name says, or holds what must not be loaded.") from None


def _is_json(file: Path) -> bool:
    json.loads(file.read_text(encoding="utf-8"))
    return True


def _is_safetensors(file: Path) -> bool:
    with file.open("rb") as content:
        size = int.from_bytes(content.read(8), "little")
        if not 2 <= size <= min(_HEADER_MOST, file.stat().st_size - 8):
            return False
        return isinstance(json.loads(content.read(size)), dict)


def _is_onnx(file: Path) -> bool:
    # The first field of a model is its IR version, a small number; a pickle or an archive begins otherwise.
    with file.open("rb") as content:
        head = content.read(2)
    return len(head) == 2 and head[0] == 0x08 and 3 <= head[1] <= 32


def _is_npz(file: Path) -> bool:
    import numpy as np  # noqa: PLC0415 - every worker imports this module, and most need no arrays

    with np.load(file, allow_pickle=False) as arrays:
        for name in arrays.files:
            arrays[name]  # an array of objects is a pickle, and raises
    return True


_CHECKS: dict[str, Callable[[Path], bool]] = {
    ".json": _is_json,
    ".safetensors": _is_safetensors,
    ".onnx": _is_onnx,
    ".npz": _is_npz,
}
