"""A test that fails tells what its workers and servers said: their logs are gone with its folder."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

#: lines of each log, and characters of each line
_LINES, _WIDTH = 8, 400


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the ends of all logs that were written to since the test began."""
    report = yield
    if report.failed:
        factory: pytest.TempPathFactory = item.config._tmp_path_factory  # type: ignore[attr-defined]
        for log in sorted(factory.getbasetemp().rglob("logs/*.log")):
            if told := _end(log, call.start):
                report.sections.append((f"the end of {log.relative_to(factory.getbasetemp())}", told))
    return report


def _end(log: Path, since: float) -> str:
    try:
        if log.stat().st_mtime < since:
            return ""
        lines = log.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    if log.stem == "kafka":  # of what it says, who read what is asked for most
        lines = [line for line in lines if "GroupMetadataManager" in line]
    return "\n".join(line[:_WIDTH] for line in lines[-_LINES:])
