"""PromQL for what panels ask again and again, so that each is right in one place."""

from __future__ import annotations

#: Grafana's own: at least four scrapes, so that a counter has two values in it
WINDOW = "$__rate_interval"


def where(**labels: str) -> str:
    """Matchers, such as {end="result"}; a value with ! is any other, one with ~ or a choice a pattern."""
    parts = []
    for name, value in labels.items():
        sign = "!=" if value.startswith("!") else "=~" if value.startswith("~") or "$" in value else "="
        parts.append(f'{name}{sign}"{value.lstrip("!~")}"')
    return "{" + ", ".join(parts) + "}" if parts else ""


def rate(metric: str, by: str = "", window: str = WINDOW, before: str = "", **labels: str) -> str:
    """How fast a counter grows, by the second, summed over all processes and by some labels.

    Args:
        metric: the counter
        by: labels, with commas
        window: over how long
        before: so long ago; "" is now
        labels: see `where`
    """
    offset = f" offset {before}" if before else ""
    return f"sum{_by(by)} (rate({metric}{where(**labels)}[{window}]{offset}))"


def a_minute(metric: str, by: str = "", **labels: str) -> str:
    """The same by the minute."""
    return f"{rate(metric, by, **labels)} * 60"


def grown(metric: str, by: str = "", window: str = "1h", **labels: str) -> str:
    """By how much a counter grew."""
    return f"sum{_by(by)} (increase({metric}{where(**labels)}[{window}]))"


def share(part: str, whole: str, by: str = "", of: str = "") -> str:
    """Part of whole.

    Args:
        part: an expression whose labels are `by`
        whole: one whose labels are `of`, which are some of them
        by: labels of the part, with commas
        of: labels of the whole
    """
    match = "" if by == of else f" on ({of}) group_left ()"
    return f"{part} /{match} {whole}"


def quantile(q: float, metric: str, by: str = "", window: str = WINDOW, **labels: str) -> str:
    """A quantile of a histogram, over all processes and by some labels."""
    kept = ", ".join(name for name in (*by.split(", "), "le") if name)
    return f"histogram_quantile({q}, sum by ({kept}) (rate({metric}_bucket{where(**labels)}[{window}])))"


def mean(metric: str, by: str = "", window: str = WINDOW, before: str = "", **labels: str) -> str:
    """The mean of a histogram's observations."""
    return " / ".join(rate(f"{metric}_{part}", by, window, before, **labels) for part in ("sum", "count"))


def most(metric: str, by: str = "", **labels: str) -> str:
    """The largest of a gauge that several processes may tell."""
    return f"max{_by(by)} ({metric}{where(**labels)})"


def total(metric: str, by: str = "", **labels: str) -> str:
    """The sum of a gauge over all that tell it."""
    return f"sum{_by(by)} ({metric}{where(**labels)})"


def age(metric: str, by: str = "") -> str:
    """Seconds since the latest of some points in time."""
    return f"time() - {most(metric, by)}"


def as_stage(expression: str) -> str:
    """What is told by the kind of process, by the stage of the same name."""
    return f'label_replace({expression}, "stage", "$1", "process", "(.+)")'


def _by(by: str) -> str:
    return f" by ({by})" if by else ""
