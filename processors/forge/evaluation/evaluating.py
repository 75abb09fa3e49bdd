"""What a model is worth on a part of a dataset, and whether it is better than another: for gates and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from processors import document_types
from processors.config import load
from processors.document_types import DocumentType
from processors.extract import extractor
from processors.forge.evaluation import figures, reading
from processors.forge.evaluation.judging import Judged
from processors.forge.evaluation.reading import Case, Progress
from processors.forge.evaluation.worst import worst
from processors.forge.samples import Split

FORMAT = 1


def evaluate(
    model: Path,
    dataset: Path,
    split: Split,
    champion: Path | None = None,
    *,
    types: Mapping[str, DocumentType] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Judge a model on one part of a dataset.

    Args:
        model: a models folder, as the settings name one
        dataset: its folder, see `samples`
        split: the part; "test" is for gates alone
        champion: another models folder to compare with on the same documents
        types: the document types; those of the settings if not given
        progress: called with what is done and how much of it, 0 to 1

    Returns:
        As `summary`; JSON.

    Raises:
        ValueError: the dataset cannot be read, or has nothing to judge in this part.
    """
    kinds = types if types is not None else document_types.load(load().document_types)
    todo = reading.cases(dataset, [split])
    ours = list(reading.read(todo, kinds, extractor.build(model), progress))
    if not ours:
        raise ValueError(f'the part "{split}" holds no document of a type with fields')
    theirs = None
    if champion is not None:
        theirs = list(reading.read(todo, kinds, extractor.build(champion), progress))
    return {"split": split, **summary(ours, theirs, {case.sample.name: case for case in todo})}


def summary(
    ours: Sequence[Judged], theirs: Sequence[Judged] | None = None, cases: Mapping[str, Case] | None = None
) -> dict[str, Any]:
    """All figures of judged documents, by type and together, with the worst examples.

    Args:
        ours: what was read
        theirs: what the champion read in the same documents
        cases: the documents by name, for pictures of the worst examples

    For each type, a gate finds `micro_f1` and `difference` (`value`, `low`, `high`; `difference` is None without a
    champion), `released` (`precision`, `values`, `wrong`), `ungrounded`, `schema_valid`, `ece` and `coverage`.
    """
    return {
        "format": FORMAT,
        "engine": sorted({one.document.fields.engine for one in ours}),
        "model_digest": sorted({one.document.fields.model_digest for one in ours}),
        "all": _with_difference(ours, theirs),
        "types": {name: _with_difference(mine, theirs) for name, mine in figures.by_type(ours).items()},
        "worst": worst(ours, cases or {}),
    }


def _with_difference(ours: Sequence[Judged], theirs: Sequence[Judged] | None) -> dict[str, Any]:
    compared = None if theirs is None else figures.difference(ours, theirs)
    return {**figures.figures(ours), "difference": compared}
