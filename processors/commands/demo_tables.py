"""What the demo shows: where the documents are, and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from processors.commands.doubts import told as reason_told
from processors.commands.fields_table import Shown, leaves
from processors.commands.samples import Sample
from processors.commands.screen import cell, short
from processors.commands.sending import Sent
from processors.record.entry import Entry
from processors.record.states import State

_STYLES = {
    State.RESULT: "green",
    State.REVIEW: "yellow",
    State.QUARANTINED: "magenta",
    State.DEAD_LETTER: "red",
}
#: Columns from which there is room for all that is known.
_WIDE = 120
#: What the states mean on the way, for somebody who sees them for the first time.
_TITLES = {State.ARRIVED: "at ocr", State.RECOGNISING: "half read", State.EXTRACTED: "fields read"}


@dataclass(frozen=True)
class Outcome:
    """What became of a sample."""

    sample: Sample
    sent: Sent
    #: None if nothing was heard of it
    entry: Entry | None
    #: None before it has an end
    shown: Shown | None

    @property
    def ended(self) -> bool:
        """Whether it has an end."""
        return self.entry is not None and self.entry.state.is_end


def progress(sent: Sequence[tuple[Sample, Sent]], known: Mapping[str, Entry], seconds: float) -> Table:
    """How many documents of each agency stand where."""
    table = Table(title=f"{seconds:5.1f} s", title_justify="left")
    table.add_column("agency")
    table.add_column("sent", justify="right")
    for state in State:
        table.add_column(
            _TITLES.get(state, state.value.replace("_", " ")), justify="right", style=_STYLES.get(state)
        )
    for agency in dict.fromkeys(sample.agency for sample, _ in sent):
        mine = [one.document_id for sample, one in sent if sample.agency == agency]
        at = Counter(known[i].state for i in mine if i in known)
        table.add_row(cell(agency), str(len(mine) - at.total() or ""), *(str(at[s] or "") for s in State))
    return table


def outcomes_table(outcomes: Iterable[Outcome], width: int) -> Table:
    """A row a sample: what it is, how it ended, and the first of its values or why there are none."""
    wide = width >= _WIDE
    # Without frames a narrow screen holds eleven more characters of what counts.
    table = Table() if wide else Table(box=None, pad_edge=False)
    for title in ("file", "agency", "type", "end") if wide else ("file", "type", "end"):
        table.add_column(title, no_wrap=True)
    for title in ("type conf.", "values conf.") if wide else ("values conf.",):
        table.add_column(title, justify="right", max_width=6)
    for title in ("fields", "reason") if wide else ("reason, or fields",):
        table.add_column(title, overflow="fold")
    for one in outcomes:
        entry, state = one.entry, one.entry.state if one.entry else None
        end = cell(state.value if state else "no end", style=_STYLES.get(state, "red") if state else "red")
        reason, fields = why(one), cell(told(one.shown), 120 if wide else 60)
        name = cell(short(one.sample.path.name, 14 if not wide else 24 if width < 160 else 34))
        kind = cell(short(entry.type if entry else "", 24 if wide else 18))
        sure = _numbers(one.shown.confidence if one.shown else None)
        if wide:
            type_sure = _numbers(entry.type_confidence if entry and entry.type else None)
            table.add_row(name, cell(one.sample.agency), kind, end, type_sure, sure, fields, cell(reason))
        else:
            table.add_row(name, kind, end, sure, cell(reason) if reason else fields)
    return table


def why(one: Outcome) -> str:
    """The reason for an end that is no result, with the numbers that led to it."""
    if one.entry is None:
        return one.sent.problem
    return reason_told(one.shown.doubts, one.entry.reason) if one.shown else one.entry.reason


def _numbers(confidence: float | None) -> str:
    return "" if confidence is None else f"{confidence:.2f}"


def confidence_of(outcome: Outcome) -> float:
    """The confidence of a result; under review the lowest of a value; without values that of the type."""
    event = outcome.shown.event if outcome.shown else None
    released = event["data"].get("confidence") if event else None
    if released is not None:
        return float(released)
    if outcome.shown and outcome.shown.confidence is not None:
        return outcome.shown.confidence
    return outcome.entry.type_confidence if outcome.entry else 0.0


def told(what: Shown | None) -> str:
    """The values of a document, in one line."""
    values = leaves(what.values) if what else ()
    return ", ".join(f"{path}={value}" for path, value in values if value not in (None, []))
