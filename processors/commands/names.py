"""Names that a user gives: agencies, object keys, file names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from processors.commands.exits import CommandError, Exit

#: A bucket name holds it, a topic name ends in it, a consumer's access rule names it.
_AGENCY = re.compile(r"[a-z][a-z0-9-]{1,30}")
#: S3's limit for a key, and the limit for one part of it: MinIO keeps each part as a folder.
_KEY_BYTES, _PART_BYTES = 1024, 255


def agency_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names, if they can be agencies.

    Raises:
        CommandError: one cannot.
    """
    given = tuple(names)
    for name in given:
        if not _AGENCY.fullmatch(name):
            rule = "2 to 31 small letters, digits and hyphens, a letter first, such as justice or tax-office"
            raise CommandError(Exit.USAGE, f"{name!r} cannot be an agency's name: it must be {rule}.")
    return given


def key_of(file: Path) -> str:
    """The object key of a local file: its own name, as it is."""
    return os.fsdecode(file.name)


def key_problem(key: str) -> str:
    """Why the store would refuse this key, and what to do; empty if it takes it."""
    parts = key.split("/")
    try:
        size = len(key.encode())
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return "its name is not UTF-8; give it another with --name"
    if "\0" in key or any(part in ("", ".", "..") for part in parts):
        return "an object cannot be called so (an empty part, '.', '..' or a NUL); give it another name with --name"
    if size > _KEY_BYTES:
        return f"its name has {size} bytes, an object's name may have {_KEY_BYTES}; shorten it with --name"
    if longest > _PART_BYTES:
        return (
            f"a part of its name has {longest} bytes, the store takes {_PART_BYTES}; put slashes in, or shorten it"
        )
    return ""
