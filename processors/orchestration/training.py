"""The steps of the DAG `train`: commands of `chancery forge` in processes of their own, so that no task loads a model."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from processors.forge.errors import ForgeError
from processors.forge.names import exact, parse
from processors.forge.registry.promotions import ForgeRefusal  # noqa: F401
from processors.orchestration.commanding import told
from processors.orchestration.parameters import Names, Parameters, Text


class Wanted(Parameters):
    """What a run of `train` may be told."""

    kind: str = "reader"
    dataset: str
    base: Text = ""
    types: Names = ()
    seed: Annotated[int, Field(ge=0)] = 0
    only_judge: bool = False
