"""Which agencies a person of Airflow sees: a JSON file, `{"ann": ["justice"], "olga": "*"}`. Others see nothing."""

from __future__ import annotations

import json
from pathlib import Path

import structlog

from processors.names import AGENCY, AGENCY_RULE

EVERY = "*"


class UsersInvalid(Exception):
    """The file cannot be used; the text names file and mistake."""


class Users:
    """The file, read at every question: whoever is taken out of it sees nothing from the next page on."""

    def __init__(self, file: Path | None) -> None:
        """None = there is no file, so nobody sees anything."""
        self._file = file

    def agencies_of(self, name: str) -> frozenset[str] | None:
        """Whose documents they see; None = every agency's. A file that cannot be used lets nobody see anything."""
        if self._file is None:
            return frozenset()
        try:
            return load(self._file).get(name, frozenset())
        except UsersInvalid as error:
            structlog.get_logger().error("console_users_unusable", detail=str(error))
            return frozenset()


def load(file: Path) -> dict[str, frozenset[str] | None]:
    """Name -> agencies, None for every agency.

    Raises:
        UsersInvalid: it cannot be read, or names what is no agency.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsersInvalid(f"{file}: not a readable JSON file ({type(error).__name__})") from None
    if not isinstance(told, dict):
        raise UsersInvalid(f'{file}: must be an object, such as {{"ann": ["justice"], "olga": "*"}}')
    return {name: _agencies(file, name, value) for name, value in told.items()}


def _agencies(file: Path, name: str, value: object) -> frozenset[str] | None:
    if value == EVERY:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) and AGENCY.fullmatch(one) for one in value):
        raise UsersInvalid(f'{file}: {name}: must be "*" or a list of agencies, each {AGENCY_RULE}')
    return frozenset(value)
