"""Who people are to Chancery: whose documents are theirs, and whether they operate. A JSON file says it.

```
{"ann": ["justice"], "olga": {"agencies": "*", "operates": true}}
```
A list, or "*" for every agency, is short for somebody who does not operate. Who is not in it is nobody: they see
nothing, and nothing that they ask for or approve counts. How somebody signs in, and what Airflow lets them do, is
Airflow's to say, by whichever of its auth managers; no auth manager tells a task what somebody's role is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import structlog

from processors.names import AGENCY, AGENCY_RULE

EVERY = "*"
#: In words for people, where it is said of what something is about.
_EVERY_AGENCY = "every agency"
_EXAMPLE = '{"ann": ["justice"], "olga": {"agencies": "*", "operates": true}}'


class Known(NamedTuple):
    """What the file says of somebody."""

    #: None = every one, also those that are added later
    agencies: frozenset[str] | None
    operates: bool = False


class PeopleInvalid(Exception):
    """The file cannot be used; the text names file and mistake."""


class People:
    """The file, read at every question: whoever is taken out of it may nothing from the next question on."""

    def __init__(self, file: Path | None) -> None:
        """None = there is no file, so nobody sees or does anything."""
        self._file = file

    def agencies_of(self, name: str) -> frozenset[str] | None:
        """Whose documents they see; None = every agency's. A file that cannot be used lets nobody see anything."""
        found = self._all().get(name)
        return frozenset() if found is None else found.agencies

    def why_not(self, name: str, agencies: Collection[str] | None) -> str:
        """Why somebody may not start or approve what is about these agencies; "" where they may.

        Args:
            name: as they signed in
            agencies: that it is about, one at least; None = every one

        Raises:
            ValueError: none is named, which one place would take for nobody's and another for everybody's.
        """
        return self._why_not(self._all(), name, agencies)

    def operators(self, agencies: Collection[str] | None) -> list[str]:
        """Who may start and approve what is about these agencies, by name; see `why_not`."""
        every = self._all()
        return sorted(name for name in every if not self._why_not(every, name, agencies))

    def _why_not(self, every: Mapping[str, Known], name: str, agencies: Collection[str] | None) -> str:
        if agencies is not None and not agencies:
            raise ValueError("No agency is named: None means every one, and of none there is nothing to decide.")
        if self._file is None:
            return (
                "Nobody operates here: CHANCERY_CONSOLE_USERS names no file that says who does (docs/airflow.md)."
            )
        found = every.get(name)
        if found is None or not found.operates:
            return f"{name} is no operator: the file that CHANCERY_CONSOLE_USERS names does not say so."
        if found.agencies is None or (agencies is not None and found.agencies.issuperset(agencies)):
            return ""
        about = _EVERY_AGENCY if agencies is None else ", ".join(sorted({*agencies} - found.agencies))
        theirs = ", ".join(sorted(found.agencies)) or "no agency"
        return f"{name} operates for {theirs} alone, and this is about {about}."

    def _all(self) -> dict[str, Known]:
        if self._file is None:
            return {}
        try:
            return load(self._file)
        except PeopleInvalid as error:
            structlog.get_logger().error("console_users_unusable", detail=str(error))
            return {}


def load(file: Path) -> dict[str, Known]:
    """What the file says, by name.

    Raises:
        PeopleInvalid: it cannot be read, or names what is no agency.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PeopleInvalid(f"{file}: not a readable JSON file ({type(error).__name__})") from None
    if not isinstance(told, dict):
        raise PeopleInvalid(f"{file}: must be an object, such as {_EXAMPLE}")
    return {name: _known(file, name, value) for name, value in told.items()}


def _known(file: Path, name: str, value: object) -> Known:
    if not isinstance(value, dict):
        return Known(_agencies(file, name, value))
    operates = value.get("operates", False)
    if {*value} - {"agencies", "operates"} or not isinstance(operates, bool):
        raise PeopleInvalid(
            f'{file}: {name}: may hold "agencies", and "operates" with true or false; as {_EXAMPLE}'
        )
    return Known(_agencies(file, name, value.get("agencies")), operates)


def _agencies(file: Path, name: str, value: object) -> frozenset[str] | None:
    if value == EVERY:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) and AGENCY.fullmatch(one) for one in value):
        raise PeopleInvalid(f'{file}: {name}: must be "*" or a list of agencies, each {AGENCY_RULE}')
    return frozenset(value)
