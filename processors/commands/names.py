"""Names that a user gives: agencies, object keys, file names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from processors.commands.exits import CommandError, Exit
from processors.names import AGENCY, AGENCY_RULE, KEY_BYTES, PART_BYTES, key_fault


def agency_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names, if they can be agencies.

    Raises:
        CommandError: one cannot.
    """
    given = tuple(names)
    for name in given:
        if not AGENCY.fullmatch(name):
            raise CommandError(Exit.USAGE, f"{name!r} cannot be an agency's name: it must be {AGENCY_RULE}.")
    return given


def key_of(file: Path) -> str:
    """The object key of a local file: its own name, as it is."""
    return os.fsdecode(file.name)


def key_problem(key: str) -> str:
    """Why the store would refuse this key, and what to do; empty if it takes it."""
    match key_fault(key):
        case "not_utf8":
            return "its name is not UTF-8; give it another with --name"
        case "impossible":
            part = "an empty part, '.', '..' or a NUL"
            return f"an object cannot be called so ({part}); give it another name with --name"
        case "long":
            size = len(key.encode())
            return f"its name has {size} bytes, an object's name may have {KEY_BYTES}; shorten it with --name"
        case "part_long":
            return f"a part of its name has more than {PART_BYTES} bytes; put slashes in with --name, or shorten it"
        case None:
            return ""
