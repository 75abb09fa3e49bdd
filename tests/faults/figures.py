"""Figures of a test: printed, and kept in pytest's JUnit file, from which `bench.faults` makes the report."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

#: `figures(kills=70, lost=0)`: notes what was counted or measured; later values of a name replace earlier ones
Figures = Callable[..., None]

#: The same for every run unless FAULTS_SEED says otherwise: what failed once can be repeated.
SEED = int(os.environ.get("FAULTS_SEED", "6"))


@pytest.fixture
def figures(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Figures:
    """Notes figures of this test, JSON values by name; the fault's name is its module's first line."""
    about = (request.module.__doc__ or "").strip().splitlines()[0]
    record_property("fault", about)

    def note(**values: Any) -> None:
        for name, value in values.items():
            record_property(name, json.dumps(value))
        sys.stdout.write(f"{request.node.name}: {json.dumps(values)}\n")

    note(seed=SEED)
    return note
