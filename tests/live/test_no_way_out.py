"""The running local stack reaches for nothing outside of its machine: not one packet, not one name is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live import enclosure
from tests.live.nothing_outside import ADDRESS, ADDRESS_6, NAME

pytestmark = pytest.mark.live

_SCENES = "tests.live.nothing_outside"


def test_documents_go_through_the_stack_and_no_packet_leaves(tmp_path: Path) -> None:
    there = enclosure.run(f"{_SCENES}:documents_through_the_stack", tmp_path, 480)
    assert there.packets == []
    assert not any(there.result.values()), there.result


def test_a_server_that_may_ask_its_makers_is_seen_to(tmp_path: Path) -> None:
    there = enclosure.run(f"{_SCENES}:a_store_that_is_left_to_itself", tmp_path, 120)
    asking = next(one for one in there.packets if one.asks)
    assert asking.asks == "dl.min.io"
    assert "minio server" in asking.sender


def test_the_watch_sees_every_try(tmp_path: Path) -> None:
    there = enclosure.run(f"{_SCENES}:tries", tmp_path, 60)
    seen = {(one.to, one.protocol, one.port) for one in there.packets}
    assert (ADDRESS, "tcp", 443) in seen
    assert (ADDRESS_6, "tcp", 443) in seen
    assert (ADDRESS, "udp", 4318) in seen
    assert NAME in {one.asks for one in there.packets if one.to == enclosure.NAME_SERVER}
    assert all("tests.live.enclosure" in one.sender for one in there.packets if one.protocol == "tcp")
    assert there.counted >= len(there.packets)


def test_what_stays_on_the_machine_is_not_counted(tmp_path: Path) -> None:
    there = enclosure.run(f"{_SCENES}:on_this_machine", tmp_path, 60)
    assert there.result == "hello"
    assert there.packets == []
