"""A dead server is left alone for a while, and found again."""

from __future__ import annotations

import pytest

from processors.adapters.breaker import Breaker
from processors.errors import DependencyUnavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("the server", failures=2, seconds=60, clock=clock)


def opened(breaker: Breaker) -> None:
    for _ in range(2):
        breaker.enter()
        breaker.failed()


def refuses(breaker: Breaker) -> bool:
    try:
        breaker.enter()
    except DependencyUnavailable as error:
        assert "the server: not asked after" in str(error)
        return True
    return False


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    breaker.enter()
    breaker.failed()
    breaker.enter()
    breaker.worked()
    breaker.enter()
    breaker.failed()
    assert not refuses(breaker)
    breaker.failed()
    assert refuses(breaker)


def test_after_a_while_one_may_try_and_success_closes_it(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += 59.9
    assert refuses(breaker)
    clock.now += 0.1
    assert not refuses(breaker)
    assert refuses(breaker)  # the others wait for what the one finds
    breaker.worked()
    assert not refuses(breaker)
    assert not refuses(breaker)


def test_a_failed_trial_opens_it_again_at_once(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += 60
    assert not refuses(breaker)
    clock.now += 30
    breaker.failed()
    clock.now += 59.9
    assert refuses(breaker)
    clock.now += 0.1
    assert not refuses(breaker)


def test_a_trial_that_never_reports_does_not_close_it_for_ever(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += 60
    assert not refuses(breaker)
    clock.now += 60
    assert not refuses(breaker)
