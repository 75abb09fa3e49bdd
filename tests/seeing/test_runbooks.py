"""Each alert has a page that says what to do, and every command on these pages exists."""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from processors.cli import COMMANDS, _real
from tests.seeing import files

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "runbooks"
SECTIONS = ["## Look first", "## Do", "## Do not"]
PAGES = sorted(FOLDER.glob("*.md"))
#: Words of our commands' examples that stand for something, where a command wants one of a certain form.
_FORMS = {"DAY": "2026-11-24", "CODE": "stage_failed"}
#: Every mistake in the use of a command; typer brings a click of its own.
_USAGE: Any = typer.BadParameter.__base__


def page_of(alert: str) -> Path:
    """The page that an alert's name leads to."""
    return FOLDER / (re.sub(r"(?<!^)(?=[A-Z])", "-", alert.removeprefix("Chancery")).lower() + ".md")


def commands(text: str) -> Iterator[str]:
    """Our commands in code spans and code blocks."""
    text = re.sub(r"^```\n(.*?)^```", lambda block: block[1].replace("\n", "\n`\n`"), text, flags=re.M | re.S)
    for line in text.splitlines():
        for span in re.findall(r"`([^`]+)`", line) or [line]:
            found = re.search(r"(?:^|-- )(chancery [a-z].*)", span)
            if found:
                yield found[1]


def understood(command: str) -> str:
    """What is wrong with a command; "" if nothing."""
    words = [_FORMS.get(word, word) for word in shlex.split(command)[1:]]
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    found: Any = _real(words[0])
    rest = words[1:]
    while hasattr(found, "commands") and rest:
        name, rest = rest[0], rest[1:]
        if name not in found.commands:
            return f"no command {name}"
        # Groups import a command's file when it is the one that runs.
        found = found.resolve_command(found.make_context(words[0], [name]), [name])[1]
    if not rest:
        return ""  # it is named, not shown
    try:
        found.make_context(words[0], list(rest))
    except _USAGE as error:
        return str(error.format_message())
    return ""


@pytest.mark.parametrize("alert", files.alerts())
def test_each_alert_has_its_page_and_its_texts(alert: str) -> None:
    rule = files.alerts()[alert]
    page = page_of(alert)
    assert rule["annotations"]["runbook_url"] == str(page.relative_to(ROOT))
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["labels"] in ({"severity": "critical"}, {"severity": "warning"})
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {alert}\n\n**What it means.** ")
    assert "\n**Who is hurt.** " in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == SECTIONS
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| [{alert}]({page.name}) | {rule['labels']['severity']} | " in listed


def test_there_is_no_page_without_an_alert() -> None:
    assert set(PAGES) - {FOLDER / "README.md"} == {page_of(alert) for alert in files.alerts()}


def told() -> list[str]:
    texts = [page.read_text(encoding="utf-8") for page in (*PAGES, ROOT / "docs" / "monitoring.md")]
    panels = [panel["description"] for file in files.DASHBOARDS for panel in files.panels(files.dashboard(file))]
    return sorted({command for text in (*texts, *panels) for command in commands(text)})


@pytest.mark.parametrize("command", told())
def test_each_command_exists(command: str) -> None:
    assert understood(command) == ""


def test_enough_commands_are_looked_at() -> None:
    assert len(told()) > 20


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("chancery why ID", "no command why"),
        ("chancery audit prove", "no command prove"),
        ("chancery dead-letters replay --code stage_failed --by NAME", "No such option"),
        ("chancery dead-letters replay ID", "Missing option '--by'"),
        ("chancery report --day", "requires an argument"),
    ],
)
def test_a_command_that_does_not_exist_is_found(command: str, wrong: str) -> None:
    assert wrong in understood(command)


def test_metrics_that_pages_name_exist() -> None:
    catalogue = importlib.import_module("processors.telemetry.catalogue").CATALOGUE
    names = {row.name for row in catalogue}
    for page in (*PAGES, ROOT / "docs" / "monitoring.md"):
        named = set(re.findall(r"`(chancery_[a-z_]+)`", page.read_text(encoding="utf-8")))
        assert named <= names, page
