"""The form of `reprocess`: what is let through, and what a run is called."""

from __future__ import annotations

from typing import Any

import pytest

from processors.batch.reprocess.errors import ReprocessError
from processors.names import REPROCESSING
from processors.orchestration import form
from processors.orchestration.form import Form


def test_an_empty_form_leaves_nothing_out() -> None:
    read = form.read({"name": None, "since": None, "agencies": [], "reasons": None, "why": None})
    assert read == Form()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"agency": "alpha"}, "'agency': there is no such field"),
        ({"rate": 0}, "'rate': Input should be greater than 0"),
        ({"rate": 1e9}, "'rate'"),
        ({"rate": float("nan")}, "'rate'"),
        ({"agencies": "alpha"}, "'agencies'"),
        ({"types": [1]}, "'types.0'"),
        ({"dry_run": "perhaps"}, "'dry_run'"),
    ],
)
def test_what_cannot_be_is_named(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(ReprocessError, match="The form's field") as caught:
        form.read(fields)
    assert told in str(caught.value)


def test_a_run_without_a_name_is_called_after_its_id_and_always_the_same() -> None:
    names = [
        form.name_for(Form(), f"manual__2026-11-26T18:30:00.12345{n}+00:00_with_a_long_tail") for n in range(20)
    ]
    assert len(set(names)) == 20
    assert all(REPROCESSING.fullmatch(name) for name in names)
    assert names[0] == form.name_for(Form(), "manual__2026-11-26T18:30:00.123450+00:00_with_a_long_tail")
    assert names[0].startswith("manual-2026-11-26t18-30-00")
    assert REPROCESSING.fullmatch(form.name_for(Form(), "…"))
    assert form.name_for(Form(name="reader-4"), "whatever") == "reader-4"
