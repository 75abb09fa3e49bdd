"""What the fault tests wrote into JUnit files, as one list: a later file replaces a test of an earlier one."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["held", "failed", "skipped"]


@dataclass(frozen=True)
class Told:
    """One test."""

    #: first line of its module
    fault: str
    #: file and test, such as "test_kill::test_…[ocr]"
    test: str
    outcome: Outcome
    #: why it was skipped, "" otherwise
    reason: str
    seconds: float
    #: what it counted and measured, JSON values by name
    figures: dict[str, Any]

    @property
    def control(self) -> bool:
        """Whether a guard was off in it, so that it shows that the others can fail."""
        return "::test_control" in self.test

    @property
    def sentence(self) -> str:
        """Its name as a sentence."""
        name = self.test.partition("::")[2].removeprefix("test_").removeprefix("control_")
        return name.replace("_", " ")


def read(files: Iterable[Path]) -> list[Told]:
    """The tests of these JUnit files, in order.

    Raises:
        ValueError: a file is no JUnit file of pytest.
        OSError: it cannot be read.
    """
    told: dict[str, Told] = {}
    for file in files:
        try:
            root = ET.parse(file).getroot()
        except ET.ParseError as error:
            raise ValueError(f"{file} is no JUnit file: {error}. Write one with `pytest --junitxml`.") from error
        for case in root.iter("testcase"):
            one = _told(case)
            told[one.test] = one
    return list(told.values())


def total(told: Sequence[Told], name: str) -> int:
    """Sum of a figure over the tests that are no controls."""
    return sum(int(one.figures.get(name, 0)) for one in told if not one.control)


def _told(case: ET.Element) -> Told:
    properties = {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
    module = case.get("classname", "").rpartition(".")[2]
    skipped = case.find("skipped")
    failed = case.find("failure") is not None or case.find("error") is not None
    return Told(
        fault=properties.pop("fault", module.removeprefix("test_").replace("_", " ")),
        test=f"{module}::{case.get('name', '')}",
        outcome="failed" if failed else "skipped" if skipped is not None else "held",
        reason="" if skipped is None else skipped.get("message", ""),
        seconds=float(case.get("time", "0")),
        figures={name: json.loads(value) for name, value in properties.items()},
    )
