"""Who trains each kind of model. Loaded only when it is needed: torch takes seconds."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from processors.forge.errors import ForgeError

#: what is being done, and how much of it, 0 to 1
Progress = Callable[[str, float], None]


class Train(Protocol):
    """What a trainer is: reads a dataset folder, writes a model folder, returns figures for people as JSON."""

    def __call__(
        self,
        dataset: Path,
        out: Path,
        *,
        base: Path | None,
        types: Sequence[str] | None,
        seed: int,
        progress: Progress,
    ) -> dict[str, Any]:
        """Train on the train split, choose on dev; the same dataset, base and seed give the same files.

        Raises:
            ForgeError: there is too little to learn from.
        """
        ...


class Evaluate(Protocol):
    """What judges a model on a split beside the champion; see `gate.Figures` for what must be among the figures."""

    def __call__(self, model: Path, dataset: Path, split: str, champion: Path | None) -> dict[str, Any]:
        """Figures, as JSON."""
        ...


class Report(Protocol):
    """What makes a page for people of the figures."""

    def __call__(self, figures: Mapping[str, Any]) -> str:
        """HTML that needs no other file."""
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of model: who trains it, who judges it, and whether it reads values. Places are "module:function"."""

    train: str
    evaluate: str
    report: str
    #: its answers are values of documents: they must be grounded and fit the schema
    values: bool


KINDS: Mapping[str, Kind] = {
    "classifier": Kind(
        train="processors.forge.classifier.classifier_head:train",
        evaluate="processors.forge.classifier.classifier_figures:evaluate",
        report="processors.forge.registry.plain_report:report",
        values=False,
    ),
    "reader": Kind(
        train="processors.forge.reader.train:train",
        evaluate="processors.forge.evaluation:evaluate",
        report="processors.forge.evaluation:report",
        values=True,
    ),
    "language": Kind(
        train="processors.forge.language.language_job:train",
        evaluate="processors.forge.evaluation:evaluate",
        report="processors.forge.evaluation:report",
        values=True,
    ),
}


#: a reader may be trained for one document type alone, and changes nothing in the reading of others: its kind is
#: "reader-TYPE"
SPECIAL = "reader"


def special_type(name: str) -> str:
    """The document type that a kind is for alone, such as "permit" of "reader-permit"; "" where it is for all."""
    general, _, document_type = name.partition("-")
    return document_type if general == SPECIAL else ""


def kind(name: str) -> Kind:
    """The kind of this name.

    Raises:
        ForgeError: there is none.
    """
    general = SPECIAL if special_type(name) else name
    if general not in KINDS:
        raise ForgeError(f"{name!r} is no kind of model; there are: {', '.join(KINDS)}, and reader-TYPE.")
    return KINDS[general]


def shipped(models: Path, name: str) -> Path:
    """The shipped model of a kind; for a reader of one type the reader of all."""
    return models / (SPECIAL if special_type(name) else name)


def trainer(name: str) -> Train:
    """Who trains this kind.

    Raises:
        ForgeError: there is no such kind, or the training extra is not installed.
    """
    return cast(Train, _loaded(kind(name).train))


def evaluator(name: str) -> Evaluate:
    """Who judges this kind.

    Raises:
        ForgeError: as `trainer`.
    """
    return cast(Evaluate, _loaded(kind(name).evaluate))


def reporter(name: str) -> Report:
    """Who makes the page of the figures.

    Raises:
        ForgeError: as `trainer`.
    """
    return cast(Report, _loaded(kind(name).report))


def _loaded(place: str) -> Any:
    module, _, function = place.partition(":")
    try:
        return getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        remedy = (
            "install the extra: uv sync --extra train" if not (error.name or "").startswith("processors") else ""
        )
        raise ForgeError(
            f"{error.name} is not installed here; {remedy or 'this version does not have it'}."
        ) from error
