import pytest

from bench.capacity.load import LoadInvalid
from bench.capacity.scaling import Rule, Scaler


def _rule(least: int = 1, most: int = 100) -> Rule:
    return Rule(lag_per_worker=10, least=least, most=most, start=5.0)


def test_lag_brings_workers_who_take_their_time() -> None:
    scaler = Scaler(_rule(), ready=1)
    scaler.look(0.0, 35)
    assert (scaler.ready, scaler.all) == (1, 4)
    assert not scaler.arrive(4.9)
    assert scaler.arrive(5.0) and scaler.ready == 4


def test_at_most_as_many_are_added_as_there_are() -> None:
    scaler = Scaler(_rule(), ready=8)
    scaler.look(0.0, 10_000)
    assert scaler.all == 16


def test_never_more_than_the_most() -> None:
    scaler = Scaler(_rule(most=3), ready=3)
    scaler.look(0.0, 10_000)
    assert scaler.all == 3


def test_what_was_wanted_a_moment_ago_is_kept() -> None:
    scaler = Scaler(_rule(), ready=10)
    scaler.look(0.0, 100)
    assert not scaler.look(30.0, 0) and scaler.ready == 10
    assert scaler.look(301.0, 0) and scaler.ready == 1


def test_the_last_one_goes_after_the_cooldown() -> None:
    scaler = Scaler(_rule(least=0), ready=1)
    scaler.look(0.0, 5)
    scaler.look(299.0, 0)
    assert scaler.ready == 1
    scaler.look(302.0, 0)
    assert scaler.ready == 1  # the wish of 299 is still kept
    scaler.look(610.0, 0)
    assert scaler.ready == 0
    scaler.look(620.0, 100)
    assert scaler.all == 1  # from none to the first


def test_those_that_have_not_started_go_first() -> None:
    rule = Rule(lag_per_worker=10, least=1, most=100, start=1000.0, stabilisation=0.0)
    scaler = Scaler(rule, ready=2)
    scaler.look(0.0, 40)
    assert scaler.all == 4
    scaler.look(30.0, 30)
    assert (scaler.ready, scaler.all) == (2, 3)


@pytest.mark.parametrize(("least", "most"), [(2, 1), (-1, 1), (0, 0)])
def test_bounds_that_make_no_sense_are_refused(least: int, most: int) -> None:
    with pytest.raises(LoadInvalid, match="workers: give"):
        _rule(least, most)
