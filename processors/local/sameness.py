"""Whether a stack that runs is the one that is asked for: its settings and its workers, compared and named."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping

from processors.config import Settings
from processors.local.environment import of_settings
from processors.local.state import Stack
from processors.server_settings import SECRETS

#: An agency is added to a stack that runs.
_MAY_DIFFER = ("CHANCERY_AGENCIES",)
#: What the stack chooses itself for its own server, and what would only be named because the server is another.
_FOLLOW = {
    "CHANCERY_KAFKA": (
        "CHANCERY_MOST_PARTITIONS",
        "CHANCERY_PARTITIONS",
        "CHANCERY_KAFKA_SECURITY",
        "CHANCERY_KAFKA_USER",
        "CHANCERY_KAFKA_CA",
    ),
    "CHANCERY_S3": ("CHANCERY_S3_TLS", "CHANCERY_S3_CA", "CHANCERY_NOTIFICATION_ARNS"),
}
_FOLDERS = {"CHANCERY_DOCUMENT_TYPES": "document_types", "CHANCERY_MODELS": "models"}


def open_settings(settings: Settings) -> dict[str, str]:
    """What the workers were started with, less what is secret; folders are told from the root."""
    folders = {variable: str(getattr(settings, field).resolve()) for variable, field in _FOLDERS.items()}
    told = of_settings(settings) | folders
    return {name: value for name, value in told.items() if name not in (*SECRETS, *_MAY_DIFFER)}


def digest(settings: Settings, salt: str | None = None) -> str:
    """A digest of the secret settings by which they can be compared and not be found out: "salt:digest"."""
    chosen = salt or os.urandom(16).hex()
    told = of_settings(settings)
    secrets = json.dumps([told[name] for name in SECRETS]).encode()
    return f"{chosen}:{hashlib.scrypt(secrets, salt=bytes.fromhex(chosen), n=1 << 14, r=8, p=1).hex()}"


def without_password(url: str) -> str:
    """The URL of a database as it may be shown."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - half a second that only this line needs

    return make_url(url).render_as_string(hide_password=True)


def differences(stack: Stack, settings: Settings, workers: Mapping[str, int] | None) -> list[str]:
    """What is asked for now and was not when the stack was started, in words; `workers` None: whatever runs."""
    asked = open_settings(settings)
    changed = {name for name, was in stack.settings.items() if name in asked and was != asked[name]}
    following = {name for server, names in _FOLLOW.items() if server in changed for name in names}
    found = [
        f"{name} is {stack.settings[name]!r} there and {asked[name]!r} here" for name in sorted(changed - following)
    ]
    if stack.secrets and digest(settings, stack.secrets.partition(":")[0]) != stack.secrets:
        found.append(f"one of {', '.join(SECRETS)} is another")
    there = Counter(worker.stage for worker in stack.workers if worker.lanes != "reprocessing")
    for stage, count in (workers or {}).items():
        if there[stage] != count:
            found.append(f"{stage} has {there[stage]} workers there, {count} are asked for")
    return found
