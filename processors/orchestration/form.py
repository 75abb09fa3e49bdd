"""The form of `reprocess`, read again by its first task: Airflow lets through what it does not know."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from processors.batch.reprocess.errors import ReprocessError
from processors.names import REPROCESSING

#: documents a second
MOST_RATE = 1000.0
#: a name has 40 characters at most: these, a hyphen and 8 of a digest
_READABLE = 31


def _none_is_empty(value: object) -> object:
    return "" if value is None else value


def _none_is_no_names(value: object) -> object:
    return () if value is None else value


_Text = Annotated[str, BeforeValidator(_none_is_empty)]
_Names = Annotated[tuple[str, ...], BeforeValidator(_none_is_no_names)]


class Form(BaseModel):
    """What a person filled in; a field that they left empty leaves nothing out."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: _Text = ""
    stage: str = "extract"
    agencies: _Names = ()
    types: _Names = ()
    states: _Names = ()
    reasons: _Names = ()
    since: _Text = ""
    until: _Text = ""
    #: see `versions.must_be`
    expect: _Names = ()
    rate: Annotated[float, Field(gt=0, le=MOST_RATE)] = 20.0
    compare_only: bool = False
    dry_run: bool = False
    why: _Text = ""


def read(untrusted: Mapping[str, Any]) -> Form:
    """The form.

    Raises:
        ReprocessError: something of it cannot be; names the field.
    """
    try:
        return Form.model_validate(dict(untrusted))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        told = "there is no such field" if first["type"] == "extra_forbidden" else first["msg"]
        raise ReprocessError(f"The form's field {field!r}: {told}.") from None


def name_for(form: Form, run_id: str) -> str:
    """What the reprocessing is called: as the person wants, or after the run, the same at each try."""
    if form.name:
        return form.name
    readable = re.sub(r"[^a-z0-9]+", "-", run_id.lower()).strip("-")[:_READABLE].strip("-") or "run"
    name = f"{readable}-{hashlib.sha256(run_id.encode()).hexdigest()[:8]}"
    assert REPROCESSING.fullmatch(name)
    return name
