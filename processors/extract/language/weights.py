"""A folder of weights, before anything in it is loaded: which files it may hold, whether they are the right ones.

Pickles run code when they are read, so weights are safetensors or nothing.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from processors.digests import file_sha256
from processors.errors import DependencyUnavailable

#: files that are or may hold pickles or code
_REFUSED: Final = frozenset(
    {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".npy", ".npz", ".msgpack", ".h5", ".py"}
)
ADAPTER: Final = "adapter"
_ARCHITECTURES: Final = ("mistral", "ministral", "ministral3")


class WeightsRefused(DependencyUnavailable):
    """The weights of a language model cannot be used; an operator must put the right ones in place."""

    code = "weights_refused"


def digest(folder: Path) -> str:
    """sha256 over names and contents of all files of a folder; documentation (.md) is not part of a model."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".md")
    listed = "".join(f"{file.relative_to(folder).as_posix()} {file_sha256(file)}\n" for file in files)
    return hashlib.sha256(listed.encode()).hexdigest()


def check(folder: Path, expected: str = "") -> str:
    """The digest of a model folder that may be loaded.

    Args:
        folder: with `config.json`, safetensors and a tokenizer; an adapter lies in `adapter/` inside of it
        expected: the digest that a manifest names; "" = whatever lies there

    Raises:
        WeightsRefused: a file may hold code, the architecture is another, a file is missing, the digest differs.
    """
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else []
    for file in files:
        if file.suffix.lower() in _REFUSED:
            raise WeightsRefused(f"{file.name}: only safetensors are loaded, this kind of file may hold code")
    if not any(file.suffix == ".safetensors" and file.parent == folder for file in files):
        raise WeightsRefused(f"{folder} holds no safetensors")
    if not ((folder / "tokenizer.json").is_file() or (folder / "tekken.json").is_file()):
        raise WeightsRefused(f"{folder} holds neither tokenizer.json nor tekken.json")
    if (folder / "adapter_config.json").exists():
        raise WeightsRefused(f"an adapter belongs in {ADAPTER}/ beside the weights that it adapts")
    architecture = _config(folder).get("model_type")
    if architecture not in _ARCHITECTURES:
        raise WeightsRefused(f"config.json names the architecture {architecture!r}, which is not Mistral's")
    found = digest(folder)
    if expected and found != expected:
        raise WeightsRefused(f"the digest of {folder} is {found}, the manifest says {expected}")
    return found


def _config(folder: Path) -> dict[str, object]:
    try:
        config: object = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsRefused("config.json cannot be read") from error
    if not isinstance(config, dict) or "auto_map" in config:
        raise WeightsRefused("config.json is no configuration, or wants code from the folder to be run")
    return config
