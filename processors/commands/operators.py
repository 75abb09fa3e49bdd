"""Whether the person whom a command names may do this, where the settings say who operates."""

from __future__ import annotations

from collections.abc import Collection

from processors.commands.exits import CommandError, Exit
from processors.config import Settings
from processors.people import People


def must_operate(settings: Settings, by: str, agencies: Collection[str] | None) -> None:
    """See that they may; None = about every agency.

    Whoever runs a command holds the servers' keys, so nothing keeps them from giving another's name. Where the
    settings name a file of people, the name must be an operator's, as in Airflow; else it is only kept.

    Raises:
        CommandError: they may not.
    """
    if settings.console_users is not None and (why := People(settings.console_users).why_not(by, agencies)):
        raise CommandError(Exit.FAILED, why)
