"""Fail points strike where they are told, and nowhere in production."""

from __future__ import annotations

import os
from typing import get_args

import pytest

from processors.fail_points import Point, fail_points, never


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: seen.append((pid, number)))
    return seen


def test_a_point_strikes_its_own_stage_only(kills: list[tuple[int, int]]) -> None:
    strike = fail_points("ocr", "ocr:stored:1,intake:taken:1")
    for point in get_args(Point):
        strike(point)
    assert kills == [(os.getpid(), 9)]


@pytest.mark.parametrize("specification", ["", "ocr:stored:0", "intake:stored:1"])
def test_nothing_strikes_unasked(kills: list[tuple[int, int]], specification: str) -> None:
    for strike in (fail_points("ocr", specification), never):
        for point in get_args(Point):
            strike(point)
    assert not kills


def test_a_point_strikes_at_the_passage_that_was_named_and_at_no_other(kills: list[tuple[int, int]]) -> None:
    strike = fail_points("ocr", "ocr:stored:@3")
    for point in ("stored", "taken", "stored"):
        strike(point)
    assert not kills
    for _ in range(3):
        strike("stored")
    assert kills == [(os.getpid(), 9)]


@pytest.mark.parametrize(
    "specification", ["ocr:nowhere:1", "ocr:stored", "ocr", "ocr:stored:often", "ocr:stored:@often"]
)
def test_a_point_that_does_not_exist_is_refused(specification: str) -> None:
    with pytest.raises(ValueError):
        fail_points("ocr", specification)
