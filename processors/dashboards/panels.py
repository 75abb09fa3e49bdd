"""What a dashboard is made of, without Grafana's words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Grafana's names of units; `documents/min` and the like are texts of ours behind the number
Unit = str
#: lines over time; one number; rows of the moment
Kind = Literal["lines", "number", "rows"]

SECONDS: Unit = "s"
#: 0 to 1, shown as percent
SHARE: Unit = "percentunit"
COUNT: Unit = "short"


def per_minute(what: str) -> Unit:
    """A rate of some things, by the minute: single documents make fractions of one a second."""
    return f"suffix: {what}/min"


@dataclass(frozen=True)
class Query:
    """One PromQL expression of a panel."""

    expression: str
    #: what a line is called: text with Prometheus' labels, such as "{{stage}}"
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One picture."""

    title: str
    #: what it shows, what is good, and what to look at when it is not: two or three sentences for operators
    about: str
    unit: Unit
    queries: tuple[Query, ...]
    kind: Kind = "lines"
    #: lines lie on top of each other, as parts of a whole
    stacked: bool = False
    #: of 24 columns
    width: int = 8
    #: from here on it is shown in red; None where more is not worse
    bad: float | None = None
    #: only values from 0 to this make sense
    most: float | None = None


@dataclass(frozen=True)
class Section:
    """Panels that answer one kind of question: rate, errors, duration, lag, or what else there is."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Choice:
    """Something that who looks can choose; expressions name it with a dollar sign."""

    name: str
    label: str
    #: what can be chosen
    values: tuple[str, ...]
    #: several at once, or all; else who looks writes it, and the one value is where they begin
    several: bool = True


@dataclass(frozen=True)
class Dashboard:
    """One page."""

    #: name of its file, and of its section in docs/monitoring.md
    name: str
    title: str
    about: str
    sections: tuple[Section, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in order."""
        return tuple(panel for section in self.sections for panel in section.panels)
