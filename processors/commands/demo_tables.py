"""What the demo shows: where the documents are, and what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from processors.commands.fields_table import Shown, leaves
from processors.commands.samples import Sample
from processors.commands.screen import cell
from processors.commands.sending import Sent
from processors.record.entry import Entry
from processors.record.states import State

_STYLES = {
    State.RESULT: "green",
    State.REVIEW: "yellow",
    State.QUARANTINED: "magenta",
    State.DEAD_LETTER: "red",
}
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


def outcomes_table(outcomes: Iterable[Outcome]) -> Table:
    """A row a sample: what it is, how it ended, and the first of its values."""
    table = Table(show_lines=False)
    for title in ("file", "agency", "type", "end"):
        table.add_column(title, no_wrap=True)
    table.add_column("confidence", justify="right")
    for title in ("fields", "reason"):
        table.add_column(title, overflow="fold")
    for one in outcomes:
        entry = one.entry
        state = entry.state if entry else None
        confidence = f"{confidence_of(one):.2f}" if entry and entry.type else ""
        table.add_row(
            cell(one.sample.path.name, 34),
            cell(one.sample.agency),
            cell(entry.type if entry else ""),
            cell(state.value if state else "no end", style=_STYLES.get(state, "red") if state else "red"),
            confidence,
            cell(told(one.shown), 120),
            cell(entry.reason if entry else one.sent.problem),
        )
    return table


def confidence_of(outcome: Outcome) -> float:
    """The confidence of a result, else of its type."""
    event = outcome.shown.event if outcome.shown else None
    released = event["data"].get("confidence") if event else None
    if released is not None:
        return float(released)
    return outcome.entry.type_confidence if outcome.entry else 0.0


def told(what: Shown | None) -> str:
    """The values of a document, in one line."""
    values = leaves(what.values) if what else ()
    return ", ".join(f"{path}={value}" for path, value in values if value not in (None, []))
