"""What a parser that was taken over may try; each attempt tells whether it came through.

None does harm where it does: the victim is a process of the test, and what could be changed is left as it is.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from processors.config import PACKAGE

_C = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER = 0x10000000
_PTRACE_SEIZE = 0x4206

Wishes = Mapping[str, str | int]


def network(wishes: Wishes) -> bool:
    socket.create_connection(("127.0.0.1", int(wishes["port"])), 1).close()
    return True


def datagram(wishes: Wishes) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        return one.sendto(b"x", ("127.0.0.1", int(wishes["port"]))) == 1


def local_server(wishes: Wishes) -> bool:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(str(wishes["local"]))
    return True


def local_datagram(wishes: Wishes) -> bool:
    os.chdir(str(wishes["scratch"]))  # the name of a socket is a hundred characters long at most
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind("datagram")
    return True


def reads_home(wishes: Wishes) -> bool:
    return bool(Path(str(wishes["home"])).read_text())


def reads_temporary(wishes: Wishes) -> bool:
    return bool(Path(str(wishes["temporary"])).read_text())


def reads_secret(wishes: Wishes) -> bool:
    return bool(Path(str(wishes["secret"])).read_text())


def reads_machine(wishes: Wishes) -> bool:
    return bool(Path("/etc/hosts").read_text())


def reads_environment(wishes: Wishes) -> bool:
    return bool(Path(f"/proc/{wishes['victim']}/environ").read_bytes())


def reads_command(wishes: Wishes) -> bool:
    return bool(Path(f"/proc/{wishes['victim']}/cmdline").read_bytes())


def opens_memory(wishes: Wishes) -> bool:
    with Path(f"/proc/{wishes['victim']}/mem").open("rb"):
        return True


def opens_memory_of_the_warm_process(wishes: Wishes) -> bool:
    with Path(f"/proc/{os.getppid()}/mem").open("r+b"):
        return True


def sees_processes(wishes: Wishes) -> bool:
    return Path(f"/proc/{wishes['victim']}").exists()


def traces(wishes: Wishes) -> bool:
    return bool(_C.ptrace(_PTRACE_SEIZE, int(wishes["victim"]), None, None) == 0)


def signals(wishes: Wishes) -> bool:
    os.kill(int(wishes["victim"]), signal.SIGCONT)
    return True


def signals_the_warm_process(wishes: Wishes) -> bool:
    os.kill(os.getppid(), signal.SIGCONT)
    return True


def bounds_others(wishes: Wishes) -> bool:
    victim = int(wishes["victim"])
    resource.prlimit(victim, resource.RLIMIT_CORE, resource.prlimit(victim, resource.RLIMIT_CORE))
    return True


def writes_outside(wishes: Wishes) -> bool:
    (Path(str(wishes["home"])).parent / "planted").write_text("x")
    return True


def writes_beside_its_scratch(wishes: Wishes) -> bool:
    (Path(str(wishes["scratch"])).parent / "planted").write_text("x")
    return True


def writes_its_input(wishes: Wishes) -> bool:
    with Path(str(wishes["input"])).open("ab"):
        return True


def writes_code(wishes: Wishes) -> bool:
    with (PACKAGE / "pipeline.py").open("ab"):
        return True


def changes_rights(wishes: Wishes) -> bool:
    file = Path(str(wishes["input"]))
    file.chmod(file.stat().st_mode & 0o777)
    return True


def hides_memory_from_limits(wishes: Wishes) -> bool:
    os.close(os.memfd_create("x"))
    return True


def leaves_its_group(wishes: Wishes) -> bool:
    child = os.fork()
    if child == 0:
        left = 1
        with suppress(OSError):
            os.setsid()
            left = 0
        os._exit(left)
    return os.waitpid(child, 0)[1] == 0


def makes_a_namespace(wishes: Wishes) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0 if _C.unshare(_CLONE_NEWUSER) == 0 else 1)
    return os.waitpid(child, 0)[1] == 0


def mounts(wishes: Wishes) -> bool:
    place = str(wishes["scratch"]).encode()
    if _C.mount(b"none", place, b"tmpfs", 0, None) != 0:
        return False
    _C.umount2(place, 2)
    return True


ATTEMPTS: dict[str, Callable[[Wishes], bool]] = {
    name: does
    for name, does in list(globals().items())
    if callable(does) and getattr(does, "__module__", "") == __name__
}
#: What the kernel refuses to anybody but root, with or without us.
ONLY_ROOT = frozenset({"mounts", "opens_memory_of_the_warm_process"})


def that_come_through(wishes: Wishes) -> list[str]:
    """Try them all, one after the other."""
    came = []
    for name, does in ATTEMPTS.items():
        with suppress(OSError):
            if does(wishes):
                came.append(name)
    return came
