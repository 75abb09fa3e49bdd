"""Whose word counts: that of operators, about agencies of theirs, as the file says that `people.py` reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from processors import config
from processors.config import Settings
from processors.people import People

#: `DagRun.run_type` of a run that its DAG's own schedule began
_SCHEDULED = "scheduled"


class NotAnOperatorError(ValueError):
    """Somebody may not start or approve this; the text says who, and what is missing."""


def must_operate(settings: Settings, by: str, agencies: Collection[str] | None) -> None:
    """See that somebody may start or approve what is about these agencies; None = about every one.

    Raises:
        NotAnOperatorError: they may not.
    """
    if why := People(settings.console_users).why_not(by, agencies):
        raise NotAnOperatorError(why)


def why_not(by: str, agencies: Collection[str] | None) -> str:
    """The same for a task that asks again instead; "" where they may. The file is read anew."""
    return People(config.load().console_users).why_not(by, agencies)


def names(agencies: Collection[str] | None) -> list[str]:
    """Who may, by name."""
    return People(config.load().console_users).operators(agencies)


def asked_for(settings: Settings, context: Mapping[str, Any], agencies: Collection[str] | None) -> str:
    """Who triggered the run, seen to be an operator for these agencies; "" where its DAG's schedule did.

    Raises:
        NotAnOperatorError: they are not, or nobody is named.
    """
    run = context["dag_run"]
    by = str(run.triggering_user_name or "")
    if not by:
        if run.run_type == _SCHEDULED:
            return ""
        raise NotAnOperatorError("Nobody is named as having asked for this: trigger it as a person who signed in.")
    must_operate(settings, by, agencies)
    return by
