"""A head as two files: `head.npz` (arrays) and `head.json` (names and numbers, for people too)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from processors.classify.guard import Guard
from processors.classify.head import Head
from processors.classify.phrases import Phrases
from processors.digests import files_sha256

#: 2: with phrases, floors and acceptance
FORMAT = 2


def save(head: Head, folder: Path) -> None:
    """Write `head.npz` and `head.json`; the same head gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    guard = head.guard
    np.savez(
        folder / "head.npz",
        weights=head.weights,
        bias=head.bias,
        prototypes=guard.prototypes,
        owners=guard.owners,
        limits=guard.limits,
        floors=guard.floors,
        acceptance=guard.acceptance,
        phrases=guard.phrases.ids,
        phrase_weights=guard.phrases.weights,
        phrase_owners=guard.phrases.owners,
    )
    numbers: dict[str, list[float]] = {
        "distance_limits": guard.limits.tolist(),
        "coverage_floors": guard.floors.tolist(),
        "phrase_sets": np.bincount(guard.phrases.owners, minlength=len(head.types)).tolist(),
    }
    about = {
        "format": FORMAT,
        "types": head.types,
        "temperature": head.temperature,
        "threshold": head.threshold,
        **{
            key: {name: round(value, 4) for name, value in zip(head.types, values, strict=True)}
            for key, values in numbers.items()
        },
    }
    (folder / "head.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> Head:
    """Read what `save` wrote.

    Raises:
        ValueError: the files do not fit together or are of another format.
    """
    about: dict[str, Any] = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    if about.get("format") != FORMAT:
        raise ValueError(f"head.json is of format {about.get('format')}, not {FORMAT}: train it anew")
    # allow_pickle=False: a model file is data; loading it must never run code.
    with np.load(folder / "head.npz", allow_pickle=False) as arrays:
        head = Head(
            types=tuple(str(name) for name in about["types"]),
            weights=np.asarray(arrays["weights"], np.float32),
            bias=np.asarray(arrays["bias"], np.float32),
            temperature=float(about["temperature"]),
            threshold=float(about["threshold"]),
            guard=Guard(
                prototypes=np.asarray(arrays["prototypes"], np.float32),
                owners=np.asarray(arrays["owners"], np.int64),
                limits=np.asarray(arrays["limits"], np.float32),
                phrases=Phrases(
                    ids=np.asarray(arrays["phrases"], np.uint32),
                    weights=np.asarray(arrays["phrase_weights"], np.float32),
                    owners=np.asarray(arrays["phrase_owners"], np.int64),
                ),
                floors=np.asarray(arrays["floors"], np.float32),
                acceptance=np.asarray(arrays["acceptance"], np.float32),
            ),
        )
    _check(head)
    return head


def _check(head: Head) -> None:
    count, width = len(head.types), head.weights.shape[-1]
    guard, phrases = head.guard, head.guard.phrases
    fits = (
        head.weights.shape == (count, width)
        and head.bias.shape == guard.limits.shape == guard.floors.shape == (count,)
        and guard.acceptance.shape == (count, 3)
        and guard.prototypes.shape == (len(guard.owners), width)
        and set(guard.owners.tolist()) == set(range(count))
        and phrases.ids.ndim == 2
        and phrases.ids.shape == phrases.weights.shape
        and len(phrases.ids) == len(phrases.owners)
        and set(phrases.owners.tolist()) <= set(range(count))
    )
    if not fits:
        raise ValueError("head.npz does not fit head.json")


def digest(folder: Path) -> str:
    """Sha256 over encoder, tokenizer and head: changes when any of them does."""
    return files_sha256(folder / name for name in ("encoder.onnx", "tokenizer.json", "head.npz", "head.json"))
