"""The best pairing of two short lists (Kuhn and Munkres): an evaluation must not need a numeric library for it."""

from __future__ import annotations

from collections.abc import Sequence


def best_pairs(worth: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pairs (row, column), each used once, whose worth together is the most that there is.

    Args:
        worth: by row and column; every row of the same length. The shorter side is used up.
    """
    rows, columns = len(worth), len(worth[0]) if worth else 0
    if rows > columns:
        turned = [[worth[r][c] for r in range(rows)] for c in range(columns)]
        return sorted((row, column) for column, row in best_pairs(turned))
    # The shortest augmenting path with potentials, row by row; index 0 is a place that does not exist.
    of_row, of_column, match = [0.0] * (rows + 1), [0.0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        match[0], at = row, 0
        least, way, used = [float("inf")] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while match[at]:
            used[at] = True
            here, step, following = match[at], float("inf"), 0
            for column in range(1, columns + 1):
                if used[column]:
                    continue
                cost = -worth[here - 1][column - 1] - of_row[here] - of_column[column]
                if cost < least[column]:
                    least[column], way[column] = cost, at
                if least[column] < step:
                    step, following = least[column], column
            for column in range(columns + 1):
                if used[column]:
                    of_row[match[column]] += step
                    of_column[column] -= step
                else:
                    least[column] -= step
            at = following
        while at:
            match[at], at = match[way[at]], way[at]
    return sorted((match[column] - 1, column - 1) for column in range(1, columns + 1) if match[column])
