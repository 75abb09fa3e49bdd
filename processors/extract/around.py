"""The areas beside a label where its value may stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from statistics import median

from processors.document_types import FieldRule
from processors.document_types.model import Look
from processors.extract.anchors import Anchor
from processors.extract.layout import COLUMN_GAP, Row, Run, Token, segment

#: how many rows under a label are looked at
_ROWS_BELOW = 4
#: in heights of print: how close lines of one value are set, how far their left edges differ
_CLOSE, _ALIGNED = 0.9, 1.0
#: how much higher or lower the print of one value may be from line to line; OCR boxes follow the letters
_SAME_PRINT = 1.6
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
        yield from right(anchor, rows, stops, rule)
    elif look == "below":
        yield from _below(anchor, rows, stops, rule)
    else:
        yield from _after(anchor, rows, stops, rule)


def right(anchor: Anchor, rows: Sequence[Row], stops: Stops, rule: FieldRule) -> Iterator[Area]:
    """What stands on the label's own row: up to the next column, then all up to the next label."""
    row = rows[anchor.row]
    rest = _until_stop(anchor.row, anchor.last + 1, row, stops)
    if not rest:
        return
    near = segment(rest, row.height)
    gap = max(rest[0].x0 - row.tokens[anchor.last].x1, 0.0) / row.height
    more = _underneath(near, anchor.row, rows, stops, rule.lines - 1, label=row.tokens[anchor.first].x0)
    yield Area(Run.of(near, *more), 1 / (1 + 0.02 * gap))
    if len(near) < len(rest):
        yield Area(Run.of(rest), 0.8 / (1 + 0.02 * gap))


def _below(anchor: Anchor, rows: Sequence[Row], stops: Stops, rule: FieldRule) -> Iterator[Area]:
    row = rows[anchor.row]
    label = row.tokens[anchor.first : anchor.last + 1]
    left, right = label[0].x0, label[-1].x1
    for number in range(anchor.row + 1, len(rows)):
        gap = rows[number].top - row.bottom
        if gap > _ROWS_BELOW * 1.8 * row.height:
            return
        if gap < -0.5 * row.height:
            continue
        if _labelled(number, rows[number], stops, left, right):
            return
        near = _column(label, number, rows[number], stops)
        if not near:
            continue
        more = _underneath(near, number, rows, stops, rule.lines - 1)
        yield Area(Run.of(near, *more), 0.98 * 0.97 ** max(gap / row.height, 0))
        if rule.pattern is None:
            return  # without a pattern only the nearest row can be told from the rest of the form


def _labelled(number: int, row: Row, stops: Stops, left: float, right: float) -> bool:
    """Whether another label stands in the column from `left` to `right`: what is below it is that one's."""
    return any(
        (number, index) in stops and token.x1 > left and token.x0 < right for index, token in enumerate(row.tokens)
    )


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
    near: Sequence[Token], number: int, rows: Sequence[Row], stops: Stops, count: int, label: float | None = None
) -> Iterator[Sequence[Token]]:
    """Up to `count` further lines of a value: set close, at the same left edge, in the same height of print.

    `label` is the left edge of the label that stands before the first line. A row with something between that edge
    and the value has a label of its own.
    """
    above = rows[number]
    left = near[0].x0 if near else 0.0
    height = _print_height(near)
    for below in range(number + 1, len(rows)):
        row = rows[below]
        if count <= 0 or not near or row.top - above.bottom > _CLOSE * height:
            return
        if row.top < above.top + 0.5 * above.height:
            continue
        more = _column(near, below, row, stops)
        if not more or abs(more[0].x0 - left) > _ALIGNED * height:
            if _empty(row, left, near[-1].x1):
                continue  # a row of another column that begins a little lower
            return
        if not 1 / _SAME_PRINT < _print_height(more) / height < _SAME_PRINT:
            return
        first = row.tokens.index(more[0])
        if (below, first - 1) in stops or (first and row.tokens[first - 1].text.endswith(":")):
            return
        if label is not None and not _empty(row, label - height / 2, left - height / 2):
            return
        yield more
        near, above, count = more, row, count - 1


def _empty(row: Row, x0: float, x1: float) -> bool:
    return not any(token.x1 > x0 and token.x0 < x1 for token in row.tokens)


def _print_height(tokens: Sequence[Token]) -> float:
    """The median, so that a comma or a parenthesis does not count."""
    return max(median(token.y1 - token.y0 for token in tokens), 1.0) if tokens else 1.0
