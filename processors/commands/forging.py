"""What the commands of the forge work with, and how its refusals reach people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from processors import document_types
from processors.acts import Act
from processors.commands import surroundings
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import err
from processors.commands.surroundings import Surroundings
from processors.forge.datasets.dataset_store import Datasets
from processors.forge.errors import ForgeError, NotThere
from processors.forge.registry.evaluations import Evaluations, judge
from processors.forge.registry.gate import Condition
from processors.forge.registry.models_at_work import arranged, champion_model, held
from processors.forge.registry.promotions import Champion, Promotions
from processors.forge.registry.registry import Model, Registry
from processors.forge.registry.weights import shipped_digest
from processors.forge.trainers import shipped
from processors.places import Buckets
from processors.ports import Lock
from processors.runtime.acting import acting


@dataclass(frozen=True)
class Workshop:
    """Open doors, and the forge's own rooms behind them."""

    at: Surroundings

    @property
    def datasets(self) -> Datasets:
        """The datasets of the installation."""
        return Datasets(self.at.objects, Buckets(self.at.settings.prefix))

    @property
    def registry(self) -> Registry:
        """Its models."""
        return Registry(self.at.objects, Buckets(self.at.settings.prefix))

    def promotions(self, kind: str) -> Promotions:
        """The log of a kind; its entries are locked as long as originals are."""
        settings = self.at.settings
        return Promotions(
            self.registry,
            kind,
            lambda: Lock(datetime.now(UTC) + timedelta(days=settings.lock_days), settings.lock_mode),
        )

    @contextmanager
    def acting(self, act: Act, thing: str, by: str, reason: str = "") -> Iterator[None]:
        """Keep in the audit chain that a person does this, and how it ended; see `runtime/acting.py`."""
        with acting(self.at.acts, act, thing=thing, by=by, reason=reason):
            yield

    @property
    def thresholds(self) -> dict[str, float]:
        """The release threshold of each document type, by its file."""
        types = document_types.load(self.at.settings.document_types)
        return {name: one.threshold for name, one in types.items()}

    def gate(self, model: Model) -> Callable[[Champion], tuple[Condition, ...]]:
        """How the gate judges a model, by its last look at the locked test split."""
        return partial(
            judge,
            Evaluations(self.registry, model).last_on_test(),
            model,
            shipped=self.at.settings.models,
            thresholds=self.thresholds,
        )

    def models_with(self, model: Model) -> Path:
        """A models folder in which a registered model stands in its kind's place."""
        settings = self.at.settings
        return arranged(settings.models, {model.kind: held(self.registry, model, settings.home)}, settings.home)

    def champion(self, kind: str) -> tuple[str, str, Path] | None:
        """Label, digest and models folder of what is at work; None where a kind has no model at all."""
        champion = self.promotions(kind).champion()
        if champion.version:
            model = champion_model(self.registry, kind, champion)
            return model.label, model.digest, self.models_with(model)
        models = self.at.settings.models
        digest = shipped_digest(shipped(models, kind))
        return ("shipped", digest, models) if digest else None


@contextmanager
def workshop() -> Iterator[Workshop]:
    """The workshop of a command that needs the servers.

    Raises:
        CommandError: the stack is not up, or the forge refuses what was asked.
    """
    with refusals(), surroundings.around() as at:
        yield Workshop(at)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the forge refuses into an exit code and a message."""
    try:
        yield
    except NotThere as error:
        raise CommandError(Exit.NOT_FOUND, str(error)) from error
    except ForgeError as error:
        raise CommandError(Exit.FAILED, str(error)) from error


@contextmanager
def bar(what: str) -> Iterator[Callable[[str, float], None]]:
    """A progress bar on standard error; tell it what is being done, and how much of it, 0 to 1."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=err()) as progress:
        task = progress.add_task(what, total=1.0)

        def tell(step: str, share: float) -> None:
            progress.update(task, description=step or what, completed=min(max(share, 0.0), 1.0))

        yield tell
