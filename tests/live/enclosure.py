"""A network of its own for a test, from which nothing can get out and in which every try to is written down.

The namespace has a loopback and one device with a default route, for IPv4 and IPv6, and a name server behind it. So
whoever reaches for anything outside of this machine sends a packet, which a socket on that device sees. Nothing is
at its other end.

Run in a child: `unshare … python -m tests.live.enclosure MODULE:FUNCTION FOLDER`, whose last line is JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.live.watch import Packet, Watch

ROOT = Path(__file__).parents[2]
_OURS, _BEYOND = "198.51.100.2/24", "198.51.100.1"
_OURS_6, _BEYOND_6 = "2001:db8::2/64", "2001:db8::1"
NAME_SERVER = "198.51.100.53"
DEVICE = "way-out"
_OTHER_END = "nowhere"
_NOBODY = "02:00:00:00:00:01"

#: a network, mounts and processes of its own; whoever is in it ends with the test
_ALONE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_ALONE_AS_NOBODY = (*_ALONE, "--user", "--map-root-user")


@dataclass(frozen=True)
class Enclosed:
    """What was done in there."""

    #: of the function
    result: Any
    packets: list[Packet]
    #: packets that the device counted, ours of neighbours among them
    counted: int


def run(function: str, folder: Path, seconds: float) -> Enclosed:
    """Call `function(folder)` in a network of its own.

    Args:
        function: "module:name"; what it returns goes through JSON
        folder: for whatever it writes
        seconds: after which all that it started is ended
    """
    command = [*_way_in(), sys.executable, "-m", "tests.live.enclosure", function, str(folder)]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("CHANCERY_S")}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=variables | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told = json.loads(done.stdout.splitlines()[-1])
    return Enclosed(told["result"], [Packet(**one) for one in told["packets"]], told["counted"])


def _way_in() -> tuple[str, ...]:
    """How this user gets a network namespace; skips, and fails in CI, where there is no way."""
    tried = []
    for way in (_ALONE, _ALONE_AS_NOBODY):
        device = f"ip link add {DEVICE} type veth peer name {_OTHER_END}"
        done = subprocess.run([*way, "sh", "-c", device], capture_output=True, text=True, check=False, timeout=30)
        if done.returncode == 0:
            return way
        tried.append(done.stderr.strip())
    why = f"no network namespace with a device of its own ({'; '.join(tried)})"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{why}: that nothing leaves this machine was not tried")
    pytest.skip(why)


def _set_up(folder: Path) -> None:
    """Make the network, from inside."""
    resolver = folder / "resolv.conf"
    resolver.write_text(f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n", "ascii")
    lines = f"""
        ip link set lo up
        ip link add {DEVICE} type veth peer name {_OTHER_END}
        sysctl -q -w net.ipv6.conf.{_OTHER_END}.disable_ipv6=1 net.ipv6.conf.{DEVICE}.accept_ra=0
        ip link set {DEVICE} addrgenmode none
        ip address add {_OURS} dev {DEVICE}
        ip -6 address add {_OURS_6} dev {DEVICE} nodad
        ip link set {_OTHER_END} up
        ip link set {DEVICE} up
        ip neighbour add {_BEYOND} lladdr {_NOBODY} dev {DEVICE} nud permanent
        ip neighbour add {NAME_SERVER} lladdr {_NOBODY} dev {DEVICE} nud permanent
        ip -6 neighbour add {_BEYOND_6} lladdr {_NOBODY} dev {DEVICE} nud permanent
        ip route add default via {_BEYOND}
        ip -6 route add default via {_BEYOND_6}
        mount --bind {resolver} "$(readlink -f /etc/resolv.conf)"
    """
    subprocess.run(["sh", "-e", "-c", lines], check=True)
    # Whatever follows may try to get out: never from a network that leads anywhere.
    assert set(psutil.net_if_addrs()) <= {"lo", DEVICE, _OTHER_END}


def main(function: str, folder: Path) -> None:
    """Inside: make the network, call the function, print what was seen."""
    _set_up(folder)
    module, _, name = function.partition(":")
    with Watch(DEVICE) as watch:
        result = getattr(importlib.import_module(module), name)(folder)
    counted = psutil.net_io_counters(pernic=True)[DEVICE].packets_sent
    told = {"result": result, "packets": [asdict(one) for one in watch.packets], "counted": counted}
    sys.stdout.write(f"\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
