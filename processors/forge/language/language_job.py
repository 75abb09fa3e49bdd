"""Adapting a language model to a dataset: the base as it is, and beside it an adapter that was trained."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from processors import document_types
from processors.config import load
from processors.forge.errors import ForgeError
from processors.forge.registry.weights import CANDIDATE
from processors.forge.trainers import Progress

#: of training; a step is a few examples
STEPS = 200
ADAPTER = "adapter"


def train(
    dataset: Path,
    out: Path,
    *,
    base: Path | None,
    types: Sequence[str] | None,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """See `trainers.Train`. A base that was adapted before is adapted anew: adapters are not stacked."""
    if base is None:
        raise ForgeError("A language model needs a base to adapt: --base language@1, or a shipped one.")
    known = document_types.load(load().document_types)
    wanted = {name: one for name, one in known.items() if types is None or name in types}
    if not wanted:
        raise ForgeError("None of these types is a document type.")
    shutil.copytree(base, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns(ADAPTER, CANDIDATE))
    # Loaded by name: it needs torch and peft.
    figures: dict[str, Any] = importlib.import_module("processors.forge.language.lora").train_lora(
        base,
        dataset,
        out / ADAPTER,
        types=wanted,
        seed=seed,
        steps=STEPS,
        progress=lambda step, _loss: progress("adapting", step / STEPS),
    )
    return figures
