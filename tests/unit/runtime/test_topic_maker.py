"""Result topics are made once, and made again when somebody has deleted them."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from processors import config
from processors.config import Settings
from processors.runtime import topic_maker
from processors.runtime.topic_maker import TopicMaker


def test_a_topic_is_asked_for_at_first_and_then_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    now = 0.0

    def create(settings: Settings, names: Sequence[str]) -> None:
        asked.append(tuple(names))

    monkeypatch.setattr(topic_maker, "create_result_topics", create)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    ensure = TopicMaker(config.load({}))
    ensure("results.a.b")
    ensure("results.a.b")
    ensure("results.a.c")
    assert asked == [("results.a.b",), ("results.a.c",)]
    now = 60.0
    ensure("results.a.b")
    assert asked[2:] == [("results.a.b",)]


def test_a_topic_that_could_not_be_made_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(settings: Settings, names: Sequence[str]) -> None:
        raise OSError

    asked: list[str] = []
    ensure = TopicMaker(config.load({}))
    monkeypatch.setattr(topic_maker, "create_result_topics", fail)
    with pytest.raises(OSError):
        ensure("results.a.b")
    monkeypatch.setattr(topic_maker, "create_result_topics", lambda _, names: asked.extend(names))
    ensure("results.a.b")
    assert asked == ["results.a.b"]
