"""A run's parameters, read again by its first task: Airflow lets through what it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError


def _none_is_empty(value: object) -> object:
    return "" if value is None else value


def _none_is_no_names(value: object) -> object:
    return () if value is None else value


#: a field that a person left empty
Text = Annotated[str, BeforeValidator(_none_is_empty)]
Names = Annotated[tuple[str, ...], BeforeValidator(_none_is_no_names)]
#: who did it where nobody triggered the run
SCHEDULED = "(scheduled)"


class Parameters(BaseModel):
    """What a person filled in, or what a schedule takes where nobody did."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


P = TypeVar("P", bound=Parameters)


def checked(kind: type[P], context: Mapping[str, Any]) -> P:
    """The parameters of the run whose task this is.

    Args:
        kind: their class
        context: of the task: what was sent counts as well as what the form knows

    Raises:
        ValueError: something of it cannot be; names the field.
    """
    sent = {**context["params"], **(context["dag_run"].conf or {})}
    try:
        return kind.model_validate(sent)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        told = "there is no such field" if first["type"] == "extra_forbidden" else first["msg"]
        raise ValueError(f"The parameter {field!r}: {told}.") from None


def agencies_among(wanted: tuple[str, ...], there: tuple[str, ...]) -> tuple[str, ...]:
    """These agencies, or all where none is named.

    Raises:
        ValueError: one has no inbox here.
    """
    if unknown := sorted({*wanted} - {*there}):
        raise ValueError(f"There is no agency {unknown[0]!r} here; there are: {', '.join(there) or 'none'}.")
    return wanted or there
