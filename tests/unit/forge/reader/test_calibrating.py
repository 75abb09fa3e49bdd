"""A curve says what beliefs were worth, keeps their order, and claims no more than was measured."""

from __future__ import annotations

import pytest

pytest.importorskip("scipy")

from processors.extract.confidence import UNMEASURED
from processors.forge.reader.calibrating import FEWEST, curve

BELIEFS = [n / 100 for n in range(1, 100)]


def test_a_curve_keeps_the_order_of_beliefs_and_is_never_sure() -> None:
    made = curve([(belief, belief > 0.5) for belief in BELIEFS])
    heights = [made.precision(belief) for belief in BELIEFS]
    assert heights == sorted(heights)
    assert 0 < heights[0] < heights[-1] <= 1 - 1 / (len(BELIEFS) + 2)


def test_beliefs_that_are_worth_what_they_say_stay_as_they_are() -> None:
    # Of ten values at each height as many are right as it says.
    values = [(tenth / 10, n < tenth) for tenth in range(1, 10) for n in range(10)]
    made = curve(values)
    assert all(made.precision(tenth / 10) == pytest.approx(tenth / 10, abs=0.02) for tenth in range(1, 10))


@pytest.mark.parametrize("wrong_one_in", [2, 20])
def test_a_field_whose_beliefs_carry_no_signal_always_goes_to_a_person(wrong_one_in: int) -> None:
    made = curve([(n / 400, n % wrong_one_in != 0) for n in range(4, 400)])
    assert made.precision(0.999) == made.precision(0.1) < UNMEASURED + 1e-4
    assert not made.tells
    # The control: as many wrong ones, but the beliefs know them.
    known = curve([(n / 400, n > 400 / wrong_one_in) for n in range(4, 400)])
    assert known.precision(0.999) > 0.9
    assert known.tells


def test_few_values_justify_little() -> None:
    assert curve([(0.99, True)] * FEWEST).precision(0.999) == pytest.approx(1 - 1 / (FEWEST + 2))
    assert curve([(0.99, True)] * 300).precision(0.999) > 0.99
