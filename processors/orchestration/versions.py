"""Which models and document types are at work, in words to ask for: "classifier@3", "receipt@2.1"."""

from __future__ import annotations

from collections.abc import Sequence

from processors import document_types
from processors.batch.reprocess.errors import ReprocessError
from processors.config import Settings
from processors.forge.registry.models_at_work import NEEDS, kinds, tried
from processors.forge.registry.promotions import Promotions
from processors.forge.registry.registry import Registry
from processors.places import Buckets
from processors.ports import Objects

#: stands for the version of a model that came with Chancery
SHIPPED = "shipped"


def at_work(settings: Settings, objects: Objects) -> dict[str, str]:
    """The version of each kind of model and of each document type for reprocessing runs, by name.

    Names of the two differ. Candidates are those of these settings, which the workers of such runs share.

    Raises:
        ModelUnfit: the log of promotions was changed, or a candidate is none.
        DependencyUnavailable: the object store does not answer.
    """
    registry = Registry(objects, Buckets(settings.prefix))
    models = {
        kind: str(Promotions(registry, kind).champion().version or SHIPPED)
        for kind in sorted({kind for stage in NEEDS for kind in kinds(stage, registry)})
    }
    models |= {kind: str(model.version) for kind, model in tried(settings.candidates, registry).items()}
    types = {name: one.version for name, one in sorted(document_types.load(settings.document_types).items())}
    return models | types


def nothing_on_trial(settings: Settings) -> None:
    """See that what comes of a reprocessing may be published: nobody has let a candidate through.

    Raises:
        ReprocessError: workers of reprocessing runs try one.
    """
    if settings.candidates:
        named = ", ".join(f"{kind}@{version}" for kind, version in settings.candidates)
        raise ReprocessError(
            f"{named} is on trial in reprocessing runs (CHANCERY_CANDIDATES), which can only be compared: ask for "
            "compare only, or promote it and take it out of the setting."
        )


def words(versions: dict[str, str]) -> list[str]:
    """As a person asks for them."""
    return [f"{name}@{version}" for name, version in versions.items()]


def must_be(expected: Sequence[str], versions: dict[str, str]) -> None:
    """See that what a person expects is at work.

    Raises:
        ReprocessError: it is not; says what is, and what to do.
    """
    for one in expected:
        name, _, version = one.rpartition("@")
        if not name or name not in versions:
            raise ReprocessError(f"There is no {one!r}: write NAME@VERSION, of {', '.join(words(versions))}.")
        if versions[name] != version:
            raise ReprocessError(
                f"{one} is not at work, {name}@{versions[name]} is: put it to work first (`chancery forge` for a "
                "model, or CHANCERY_CANDIDATES to try it in reprocessing runs alone; the folder of document types "
                "for a type), or do not ask for it."
            )
