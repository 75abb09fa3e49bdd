"""The models that a worker works with: the champions, each fetched once, and the shipped ones in all other places.

```
HOME/models/DIGEST/      a registered model; the folder's name is its digest, checked at every start
HOME/models/sets/NAME/   a models folder as the stages expect it, of links to those and to the shipped ones
```
A worker that finds another byte than was registered does not start. It does not fall back on the shipped model
either: what an agency promoted is what it wants to work with.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from processors.config import Settings
from processors.forge.errors import ModelUnfit, NotThere
from processors.forge.registry.promotions import Champion, Promotions
from processors.forge.registry.registry import Model, Registry
from processors.forge.registry.weights import digest_of, files_of
from processors.forge.trainers import SPECIAL, special_type
from processors.places import Buckets
from processors.ports import Objects

#: kinds of models by stage; a stage that is not named works with none of the forge's
NEEDS: Mapping[str, tuple[str, ...]] = {"classify": ("classifier",), "extract": ("reader", "language")}


def ready(stage: str, settings: Settings, objects: Callable[[], Objects]) -> Path:
    """The models folder for a stage: that of the settings, with the champions in place of what they replace.

    A candidate that the settings name stands in place of its kind's champion; it is checked like any model, and was
    let through by no gate, so only workers of reprocessing runs are given any.

    Raises:
        ModelUnfit: a model is not the one that was registered, the log of promotions was changed, or a candidate is
            none.
        DependencyUnavailable: the object store does not answer.
    """
    if stage not in NEEDS or not settings.models.is_dir():
        return settings.models  # a folder that is not there is the stage's to complain of
    registry = Registry(objects(), Buckets(settings.prefix))
    folders = {}
    candidates = tried(settings.candidates, registry)
    for kind in kinds(stage, registry):
        champion = Promotions(registry, kind).champion()
        if kind in candidates:
            folders[kind] = held(registry, candidates[kind], settings.home)
        elif champion.version:
            folders[kind] = held(registry, champion_model(registry, kind, champion), settings.home)
    return arranged(settings.models, folders, settings.home)


def kinds(stage: str, registry: Registry) -> list[str]:
    """The kinds of models that a stage works with, readers of single document types among them."""
    needed = NEEDS[stage]
    return [*needed, *(one for one in registry.kinds() if special_type(one) and SPECIAL in needed)]


def tried(candidates: Iterable[tuple[str, int]], registry: Registry) -> dict[str, Model]:
    """The candidates, by kind.

    Raises:
        ModelUnfit: one is not registered, or no stage works with its kind; one that nobody takes up would pass for
            one that was tried.
    """
    known = {kind for stage in NEEDS for kind in kinds(stage, registry)}
    found = {}
    for kind, version in candidates:
        if kind not in known:
            raise ModelUnfit(
                f"CHANCERY_CANDIDATES: no stage works with a {kind!r}; with {', '.join(sorted(known))}."
            )
        try:
            found[kind] = registry.model(kind, version)
        except NotThere as error:
            raise ModelUnfit(f"CHANCERY_CANDIDATES: {error}") from None
    return found


def champion_model(registry: Registry, kind: str, champion: Champion) -> Model:
    """What the registry knows of a promoted model.

    Raises:
        ModelUnfit: it is not the model that was promoted.
    """
    model = registry.model(kind, champion.version)
    if model.digest != champion.digest:
        raise ModelUnfit(f"{model.label} is not the model that was promoted (digest {champion.digest[:12]}…).")
    return model


def held(registry: Registry, model: Model, home: Path) -> Path:
    """The folder of a registered model on this machine, fetched if it is not there, checked in any case.

    Raises:
        ModelUnfit: a file is not the one that was registered.
    """
    folder = home / "models" / model.digest
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
        try:
            registry.fetch(model, part)
            _settle(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    if digest_of(files_of(folder)) != model.digest:
        raise ModelUnfit(f"{folder} does not hold {model.label} as it was registered: remove the folder.")
    return folder


def arranged(shipped: Path, folders: Mapping[str, Path], home: Path) -> Path:
    """A models folder with these in the places of their kinds, and all else as in `shipped`."""
    if not folders:
        return shipped
    places = {entry.name: entry.resolve() for entry in shipped.iterdir()}
    places |= {kind: folder.resolve() for kind, folder in folders.items()}
    told = "\n".join(f"{name} {place}" for name, place in sorted(places.items()))
    folder = home / "models" / "sets" / hashlib.sha256(told.encode()).hexdigest()[:16]
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
        for name, place in places.items():
            (part / name).symlink_to(place)
        _settle(part, folder)
    return folder


def _settle(part: Path, folder: Path) -> None:
    """Put a finished folder in its place; another worker may have done so meanwhile, with the same content."""
    part.chmod(0o755)
    try:
        os.rename(part, folder)  # noqa: PTH104 - Path.rename says the same; here the error matters
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(part, ignore_errors=True)
