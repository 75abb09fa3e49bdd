"""How datasets and models are called: `NAME@VERSION`, versions counted from 1."""

from __future__ import annotations

import re

from processors.forge.errors import ForgeError

#: an object's key, a folder and a command line hold it
NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
NAME_RULE = "up to 63 small letters, digits, hyphens and underscores, a letter first, such as permits-2026"
_VERSION = re.compile(r"[1-9][0-9]{0,5}")
#: a document's name in a dataset is a file's name too
DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def named(name: str) -> str:
    """The name, if it is one.

    Raises:
        ForgeError: it is none.
    """
    if not NAME.fullmatch(name):
        raise ForgeError(f"{name!r} cannot be a name: {NAME_RULE}.")
    return name


def parse(text: str) -> tuple[str, int | None]:
    """Name and version of "NAME@VERSION"; None where no version is said.

    Raises:
        ForgeError: it is written otherwise.
    """
    name, at, version = text.partition("@")
    if at and not _VERSION.fullmatch(version):
        raise ForgeError(f"{text!r}: a version is a number from 1, as in {name or 'NAME'}@3.")
    return named(name), int(version) if at else None


def exact(text: str) -> tuple[str, int]:
    """Name and version of "NAME@VERSION", where the version must be said.

    Raises:
        ForgeError: it is written otherwise.
    """
    name, version = parse(text)
    if version is None:
        raise ForgeError(f"Say which version: {name}@1, for example.")
    return name, version
