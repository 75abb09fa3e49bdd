"""Choosing ports."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest

from processors.local import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_preferred_port_is_used_where_it_is_free() -> None:
    [free] = ports.choose([None])
    assert ports.choose([free]) == [free]


def test_a_taken_port_gives_way_to_a_free_one(taken: int) -> None:
    assert not ports.is_free(taken)
    [chosen] = ports.choose([taken])
    assert chosen != taken
    assert ports.is_free(chosen)


def test_no_port_is_given_twice() -> None:
    [free] = ports.choose([None])
    chosen = ports.choose([free, free, None, None])
    assert len(set(chosen)) == 4


def test_a_random_port_is_never_the_preferred_one_of_a_later_entry() -> None:
    wanted, other = ports.choose([None, None])

    class Stubborn(random.Random):
        numbers = iter([wanted, other])

        def choice(self, seq: object) -> int:  # type: ignore[override]
            return next(self.numbers)

    assert ports.choose([None, wanted], chance=Stubborn()) == [other, wanted]


def test_ports_lie_below_the_ephemeral_range() -> None:
    # A client must never be given a stopped server's port as its own source port.
    assert all(20_000 <= port < 32_000 for port in ports.choose([None] * 5))


def test_an_exhausted_machine_is_said_plainly(taken: int) -> None:
    class OnlyTaken(random.Random):
        def choice(self, seq: object) -> int:  # type: ignore[override]
            return taken

    with pytest.raises(OSError, match="No free port"):
        ports.choose([None], chance=OnlyTaken())


@pytest.mark.parametrize("endpoint", ["", "nonsense", "127.0.0.1:", "127.0.0.1:notaport"])
def test_an_endpoint_that_is_none_does_not_answer(endpoint: str) -> None:
    assert not ports.answers(endpoint)


def test_the_first_of_several_endpoints_is_asked(taken: int) -> None:
    assert ports.answers(f"127.0.0.1:{taken},127.0.0.1:1")
