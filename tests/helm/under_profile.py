"""Runs a command under a seccomp profile as a container runtime would.

`python -m tests.helm.under_profile FILE COMMAND …`
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

_ACTIONS = {"SCMP_ACT_ALLOW": 0x7FFF0000, "SCMP_ACT_ERRNO": 0x00050000}
_COMPARISONS = {"SCMP_CMP_LT": 2, "SCMP_CMP_EQ": 4, "SCMP_CMP_MASKED_EQ": 7}
_UNKNOWN = -1
_THERE_ALREADY = -17


class _Compared(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("how", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def put_on(profile: dict[str, Any]) -> None:
    """Hold this process to the profile; calls that this machine's libseccomp does not know stay refused."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    for name in ("seccomp_arch_add", "seccomp_load"):
        getattr(library, name).argtypes = (ctypes.c_void_p, *((ctypes.c_uint32,) if "add" in name else ()))
    library.seccomp_rule_add_array.argtypes = (
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Compared),
    )  # fmt: skip
    rules = library.seccomp_init(_ACTIONS[profile["defaultAction"]] | profile["defaultErrnoRet"])
    for one in profile["architectures"]:
        word = one.removeprefix("SCMP_ARCH_").lower()
        token = library.seccomp_arch_resolve_name(word.encode())
        assert token, f"no architecture {word}"
        assert library.seccomp_arch_add(rules, token) in (0, _THERE_ALREADY)
    for rule in profile["syscalls"]:
        action = _ACTIONS[rule["action"]] | rule.get("errnoRet", 0)
        given = [_Compared(one["index"], _COMPARISONS[one["op"]], one["value"], 0) for one in rule.get("args", [])]
        for name in rule["names"]:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number != _UNKNOWN:
                array = (_Compared * len(given))(*given)
                library.seccomp_rule_add_array(rules, action, number, len(given), array)
    assert library.seccomp_load(rules) == 0, "the kernel takes no filter"


if __name__ == "__main__":
    put_on(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    os.execvp(sys.argv[2], sys.argv[2:])
