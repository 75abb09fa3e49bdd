"""The trigger that waits for the ends: it remembers nothing, and a server that is away does not end it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from processors.errors import DependencyUnavailable
from processors.orchestration import ended
from processors.orchestration.ended import ReprocessingEnded

DONE = {"documents": 2, "ended": 2, "finished": True}


def looks(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> Iterator[Any]:
    left = iter(answers)

    def look(name: str) -> dict[str, Any]:
        assert name == "one"
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        found: dict[str, Any] = answer
        return found

    monkeypatch.setattr(ended, "look", look)
    return left


async def events(trigger: ReprocessingEnded) -> list[Any]:
    return [event.payload async for event in trigger.run()]


def test_it_fires_once_when_all_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    left = looks(monkeypatch, {"finished": False}, DependencyUnavailable("away"), {"finished": False}, DONE, None)
    assert asyncio.run(events(ReprocessingEnded("one", period=0.0))) == [DONE]
    assert next(left) is None, "it looked no more"


def test_what_cannot_be_waited_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looks(monkeypatch, ValueError("gone"))
    with pytest.raises(ValueError, match="gone"):
        asyncio.run(events(ReprocessingEnded("one", period=0.0)))


def test_another_triggerer_makes_the_same_from_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    path, arguments = ReprocessingEnded("one", period=0.0).serialize()
    assert path == "processors.orchestration.ended.ReprocessingEnded"
    looks(monkeypatch, DONE)
    assert asyncio.run(events(ReprocessingEnded(**arguments))) == [DONE]
