"""The areas beside a label where its value may stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from processors.document_types import FieldRule
from processors.document_types.model import Look
from processors.extract.anchors import Anchor
from processors.extract.layout import COLUMN_GAP, Row, Run, Token, segment

#: how many rows under a label are looked at
_ROWS_BELOW = 4
Stops = Set[tuple[int, int]]


@dataclass(frozen=True)
class Area:
    """Text near a label."""

    run: Run
    #: 1 = next to the label, less the farther away
    nearness: float


def areas(look: Look, anchor: Anchor, rows: Sequence[Row], stops: Stops, rule: FieldRule) -> Iterator[Area]:
    """The areas in one direction, nearest first."""
    if look == "right":
        yield from _right(anchor, rows, stops, rule)
    elif look == "below":
        yield from _below(anchor, rows, stops, rule)
    else:
        yield from _after(anchor, rows, stops, rule)


def _right(anchor: Anchor, rows: Sequence[Row], stops: Stops, rule: FieldRule) -> Iterator[Area]:
    row = rows[anchor.row]
    rest = _until_stop(anchor.row, anchor.last + 1, row, stops)
    if not rest:
        return
    near = segment(rest, row.height)
    gap = max(rest[0].x0 - row.tokens[anchor.last].x1, 0.0) / row.height
    yield Area(Run.of(near, *_underneath(near, anchor.row, rows, stops, rule.lines - 1)), 1 / (1 + 0.02 * gap))
    if len(near) < len(rest):
        yield Area(Run.of(rest), 0.8 / (1 + 0.02 * gap))


def _below(anchor: Anchor, rows: Sequence[Row], stops: Stops, rule: FieldRule) -> Iterator[Area]:
    row = rows[anchor.row]
    label = row.tokens[anchor.first : anchor.last + 1]
    nearest = None
    for number in range(anchor.row + 1, len(rows)):
        gap = rows[number].top - row.bottom
        if gap > _ROWS_BELOW * 1.8 * row.height:
            return
        if gap < -0.5 * row.height:
            continue
        near = _column(label, number, rows[number], stops)
        if not near:
            continue
        nearest = nearest if nearest is not None else number
        more = _underneath(near, number, rows, stops, rule.lines - 1)
        yield Area(Run.of(near, *more), 0.98 * 0.97 ** max(gap / row.height, 0))
        if rule.pattern is None:
            return  # without a pattern only the nearest row can be told from the rest of the form


def _after(anchor: Anchor, rows: Sequence[Row], stops: Stops, rule: FieldRule) -> Iterator[Area]:
    """The rest of the row, and whole rows after it: running text."""
    numbers = range(anchor.row + 1, min(anchor.row + 1 + rule.lines, len(rows)))
    run = Run.of(rows[anchor.row].tokens[anchor.last + 1 :], *(_until_stop(n, 0, rows[n], stops) for n in numbers))
    if run.text:
        yield Area(run, 0.9)


def _until_stop(number: int, first: int, row: Row, stops: Stops) -> list[Token]:
    tokens: list[Token] = []
    for index in range(first, len(row.tokens)):
        token = row.tokens[index]
        if (number, index) in stops:
            break
        if _ends_label(row, index):  # a label that the type's file does not know: its cell is no value
            while tokens and token.x0 - tokens[-1].x1 < COLUMN_GAP * row.height:
                token = tokens.pop()
            break
        tokens.append(token)
    while tokens and not any(c.isalnum() or c in "$(" for c in tokens[0].text):
        tokens.pop(0)  # rules, leaders and colons between label and value
    return tokens


def _ends_label(row: Row, index: int) -> bool:
    """Whether a label ends here: "Demographic:" ends a label, "12:" of "12:30" does not."""
    token = row.tokens[index]
    glued = index + 1 < len(row.tokens) and row.tokens[index + 1].glued
    return len(token.text) > 2 and token.text.endswith(":") and not (glued and token.text[-2].isdigit())


def _column(label: Sequence[Token], number: int, row: Row, stops: Stops) -> tuple[Token, ...]:
    """What stands in the label's column: it starts left of the label's end and ends right of its start."""
    left, right = label[0].x0, label[-1].x1
    slack = 2.0 * row.height
    for index, token in enumerate(row.tokens):
        if (number, index) in stops:
            continue
        if token.x1 > left - slack / 4 and token.x0 < right + slack and token.x0 > left - 4 * slack:
            return segment(_until_stop(number, index, row, stops), row.height)
    return ()


def _underneath(
    near: Sequence[Token], number: int, rows: Sequence[Row], stops: Stops, count: int
) -> Iterator[Sequence[Token]]:
    """Up to `count` further lines of a value that runs over several, set close and at the same left edge."""
    above = rows[number]
    for below in range(number + 1, len(rows)):
        row = rows[below]
        if count <= 0 or not near or row.top - above.bottom > 0.9 * above.height:
            return
        if row.top < above.top + 0.5 * above.height:
            continue
        more = _column(near, below, row, stops)
        if not more or abs(more[0].x0 - near[0].x0) > 2 * above.height:
            return
        if (below, row.tokens.index(more[0]) - 1) in stops:
            return  # it stands by a label of its own
        yield more
        near, above, count = more, row, count - 1
