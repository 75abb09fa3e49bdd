"""Places at which a worker can be told to kill itself, so that tests can strike where it hurts.

A chaos test that kills at random times proves nothing: the windows that matter are milliseconds wide. Empty in
production; `CHANCERY_FAIL_POINTS="ocr:stored:0.1,publish:in_transaction:1"` kills with these probabilities, and
`ocr:stored:@3` when this process passes there for the third time, so that a run can be repeated.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from typing import Literal, get_args

Point = Literal[
    "taken",  # the record was read, nothing was done
    "counted",  # the attempt was counted
    "processed",  # the child has answered, nothing is stored
    "stored",  # artefacts (audit: the segment) are stored, no event is written
    "joined",  # the fan-in was decided
    "in_transaction",  # outputs and offsets are in an open transaction
    "committed",  # the transaction is committed, nothing was cleaned up
]

FailPoint = Callable[[Point], None]


def fail_points(stage: str, specification: str) -> FailPoint:
    """A function that kills this process (SIGKILL) at the points that `specification` names for `stage`.

    Raises:
        ValueError: the specification names an unknown point.
    """
    chances: dict[str, float] = {}
    #: passages that are left until the one that kills
    left: dict[str, int] = {}
    for item in filter(None, specification.split(",")):
        if item.count(":") != 2:
            raise ValueError(f"{item!r} is no fail point; one is stage:point:probability or stage:point:@passage")
        where, point, chance = item.split(":")
        if point not in get_args(Point):
            raise ValueError(f"unknown fail point {point!r}; there are {', '.join(get_args(Point))}")
        if where != stage:
            continue
        if chance.startswith("@"):
            left[point] = int(chance.removeprefix("@"))
        else:
            chances[point] = float(chance)

    def strike(point: Point) -> None:
        if point in left:
            left[point] -= 1
            if left[point] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        if chances and random.random() < chances.get(point, 0.0):  # noqa: S311 - no secret depends on it
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


def never(point: Point) -> None:
    """No fail point: production."""
