"""Which model of each kind the workers take at their next start, for `chancery doctor`."""

from __future__ import annotations

from collections.abc import Iterator

from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.errors import PipelineError
from processors.forge.errors import ForgeError
from processors.forge.registry.models_at_work import NEEDS, champion_model, kinds
from processors.forge.registry.promotions import Promotions
from processors.forge.registry.registry import Registry
from processors.forge.registry.weights import shipped_digest
from processors.forge.trainers import shipped
from processors.local.doctor import Check
from processors.places import Buckets
from processors.ports import Objects


def checks(settings: Settings, objects: Objects | None = None) -> Iterator[Check]:
    """A finding a kind; reads the log of promotions, so the object store must answer."""
    registry = Registry(objects or MinioObjects(settings.s3), Buckets(settings.prefix))
    if settings.candidates:
        named = ", ".join(f"{kind}@{version}" for kind, version in settings.candidates)
        yield Check("models on trial", True, f"{named}, by workers of reprocessing runs alone")
    for kind in (kind for stage in NEEDS for kind in kinds(stage, registry)):
        try:
            yield _check(registry, kind, settings)
        except (ForgeError, PipelineError) as error:
            remedy = (
                f"chancery forge rollback {kind} --by NAME --reason WHY, or restore the bucket {registry.bucket}"
            )
            yield Check(f"model {kind}", False, str(error), remedy)


def _check(registry: Registry, kind: str, settings: Settings) -> Check:
    promotions = Promotions(registry, kind)
    champion = promotions.champion()
    if not champion.version:
        digest = shipped_digest(shipped(settings.models, kind))
        return Check(
            f"model {kind}", True, f"shipped, {digest[:12]}" if digest else "none: not promoted, not shipped"
        )
    model = champion_model(registry, kind, champion)
    here = "on this machine" if (settings.home / "models" / model.digest).is_dir() else "not fetched here yet"
    return Check(f"model {kind}", True, f"{model.label}, {model.digest[:12]}, {here}")
