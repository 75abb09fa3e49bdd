"""The one place of this room that reads the process environment, and the one that writes it for children.

Settings that concern documents are `processors.config`; here is only what starting programs needs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from processors.config import Settings
from processors.variables import Variables


def inherited(*without: str) -> dict[str, str]:
    """The environment that children get, less the variables that begin with one of the prefixes in `without`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(without or ("\0",))}


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The folder of fetched server programs: CHANCERY_CACHE, else `chancery` in the user's cache folder."""
    env = os.environ if environment is None else environment
    if chosen := env.get("CHANCERY_CACHE"):
        return Path(chosen).resolve()
    return Path(env.get("XDG_CACHE_HOME") or Path.home() / ".cache").resolve() / "chancery"


def external(variable: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The server that the user named in CHANCERY_KAFKA or CHANCERY_S3; None where the stack brings its own."""
    return (os.environ if environment is None else environment).get(variable) or None


def wants_secured(environment: Mapping[str, str] | None = None) -> bool:
    """Whether CHANCERY_SECURED asks for servers of our own that are encrypted and signed in to.

    Raises:
        SettingInvalid: it is neither on nor off.
    """
    return Variables(os.environ if environment is None else environment).flag("CHANCERY_SECURED", default=False)


def java_home(environment: Mapping[str, str] | None = None) -> str | None:
    """JAVA_HOME, where it is set."""
    return (os.environ if environment is None else environment).get("JAVA_HOME") or None


def of_settings(settings: Settings) -> dict[str, str]:
    """The variables from which `processors.config.load` reads exactly these settings again.

    Three limits have no variable and keep their defaults: page size, page pixels and the child's memory.
    """
    s3, limits, audit, security = settings.s3, settings.limits, settings.audit, settings.kafka_security
    refusals, telemetry = settings.refusals, settings.telemetry
    return {
        "CHANCERY_HOME": str(settings.home),
        "CHANCERY_KAFKA": settings.kafka,
        "CHANCERY_KAFKA_SECURITY": security.protocol,
        "CHANCERY_KAFKA_USER": security.user,
        "CHANCERY_KAFKA_PASSWORD": security.password,
        "CHANCERY_KAFKA_CA": str(security.ca or ""),
        "CHANCERY_KAFKA_USERS": security.users_by,
        "CHANCERY_S3": s3.endpoint,
        "CHANCERY_S3_ACCESS_KEY": s3.access_key,
        "CHANCERY_S3_SECRET_KEY": s3.secret_key,
        "CHANCERY_S3_TLS": "on" if s3.secure else "off",
        "CHANCERY_S3_REGION": s3.region,
        "CHANCERY_S3_CA": str(s3.ca or ""),
        "CHANCERY_DATABASE": settings.database,
        "CHANCERY_AGENCIES": ",".join(settings.agencies),
        "CHANCERY_PREFIX": settings.prefix,
        "CHANCERY_MOST_PARTITIONS": str(settings.most_partitions),
        "CHANCERY_PARTITIONS": ",".join(f"{topic}={count}" for topic, count in settings.partitions),
        "CHANCERY_NOTIFICATION_ARNS": ",".join(settings.notification_arns),
        "CHANCERY_LANGUAGES": settings.languages,
        "CHANCERY_TESSDATA": settings.tessdata,
        "CHANCERY_OCR_ENGINE": settings.ocr_engine,
        "CHANCERY_VISION_URL": settings.vision_url,
        "CHANCERY_VISION_MODEL": settings.vision_model,
        "CHANCERY_VISION_KEY": settings.vision_key,
        "CHANCERY_VISION_CA": str(settings.vision_ca or ""),
        "CHANCERY_VISION_SECONDS": str(int(settings.vision_seconds)),
        "CHANCERY_ESCALATE_BELOW_PERCENT": str(round(settings.escalate_below * 100)),
        "CHANCERY_LANGUAGE_URL": settings.language_url,
        "CHANCERY_LANGUAGE_MODEL": settings.language_model,
        "CHANCERY_LANGUAGE_KEY": settings.language_key,
        "CHANCERY_LANGUAGE_CA": str(settings.language_ca or ""),
        "CHANCERY_LANGUAGE_SECONDS": str(int(settings.language_seconds)),
        "CHANCERY_LANGUAGE_AT_ONCE": str(settings.language_at_once),
        "CHANCERY_LANGUAGE_WEIGHTS": str(settings.language_weights or ""),
        "CHANCERY_LANGUAGE_DIGEST": settings.language_digest,
        "CHANCERY_CLAMD": settings.clamd,
        "CHANCERY_CLAMD_MAX_AGE_HOURS": str(settings.clamd_max_age_hours),
        "CHANCERY_POLICIES": str(settings.policies or ""),
        "CHANCERY_CONSOLE_USERS": str(settings.console_users or ""),
        "CHANCERY_SECOND_LOOK_PERCENT": str(round(settings.second_look * 100)),
        "CHANCERY_DOCUMENT_TYPES": str(settings.document_types),
        "CHANCERY_MODELS": str(settings.models),
        "CHANCERY_CANDIDATES": ",".join(f"{kind}@{version}" for kind, version in settings.candidates),
        "CHANCERY_ENCODER_WEIGHTS": str(settings.encoder_weights or ""),
        "CHANCERY_LOCK_DAYS": str(settings.lock_days),
        "CHANCERY_LOCK_MODE": settings.lock_mode,
        "CHANCERY_MAX_BYTES": str(limits.max_bytes),
        "CHANCERY_MAX_PAGES": str(limits.max_pages),
        "CHANCERY_CHILD_MEMORY": str(limits.child_memory),
        "CHANCERY_WORK_SECONDS": str(int(limits.work_seconds)),
        "CHANCERY_FINISH_SECONDS": str(int(limits.finish_seconds)),
        "CHANCERY_AUDIT_KEY_FILE": str(audit.key),
        "CHANCERY_AUDIT_SECONDS": str(audit.seconds),
        "CHANCERY_AUDIT_HEAD_MINUTES": str(audit.head_minutes),
        "CHANCERY_AUDIT_CHAINS": str(audit.chains),
        "CHANCERY_AUDIT_LOCK_DAYS": str(audit.lock_days),
        "CHANCERY_AUDIT_LOCK_MODE": audit.lock_mode,
        "CHANCERY_REFUSALS_LISTEN": refusals.listen,
        "CHANCERY_REFUSALS_TOKEN": refusals.token,
        "CHANCERY_REFUSALS_PEM": str(refusals.pem or ""),
        "CHANCERY_REFUSALS_LOG": str(refusals.log or ""),
        "CHANCERY_REFUSALS_SECONDS": str(refusals.seconds),
        "CHANCERY_METRICS": telemetry.metrics,
        "CHANCERY_PRICE_CORE_HOUR": str(telemetry.price_core_hour),
        "CHANCERY_PRICE_GPU_HOUR": str(telemetry.price_gpu_hour),
        "CHANCERY_TRACES": settings.traces.to,
        "CHANCERY_TRACE_SHARE": f"{settings.traces.share:.9f}".rstrip("0").rstrip("."),
        "CHANCERY_TRACES_CA": str(settings.traces.ca or ""),
        "CHANCERY_SANDBOX": settings.sandbox,
        "CHANCERY_FAIL_POINTS": settings.fail_points,
    }


def for_worker(settings: Settings) -> dict[str, str]:
    """The whole environment of a worker process: ours, with these settings in place of whatever was there."""
    ours = of_settings(settings)
    # NAME_FILE wins over NAME in processors.config: what we pass on must not be overruled.
    kept = {n: v for n, v in inherited().items() if n.removesuffix("_FILE") not in ours}
    # One thread per Tesseract: its own threads only compete with the other workers' for the same cores.
    return kept | ours | {"OMP_THREAD_LIMIT": "1"}
