"""Landlock: a process gives up, for good, every file that it does not name, and with it TCP and signals to others.

The kernel's three system calls, without a library: the bindings that exist are young, and this is all of it. A
process needs no rights for it, so it also works in containers that may not make namespaces. It covers what is
opened after it, in this process and in all that it starts; descriptors that are open already stay.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: The same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
#: Removing, and making folders, files, pipes, links and sockets; never devices.
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_SYM = (
    1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 12,
)  # fmt: skip
#: What each version of the interface added to the first.
_ALL_OF_FIRST = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ADDED = ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV))
#: Version 4: bind and connect of TCP. Version 6: abstract sockets and signals to processes outside.
_NET, _SCOPED = 0b11, 0b11

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_WRITE = (
    _READ | _WRITE_FILE | _TRUNCATE | _REFER
    | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SOCK | _MAKE_FIFO | _MAKE_SYM
)  # fmt: skip
#: What may be said about something that is no folder.
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_C = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


@dataclass(frozen=True)
class View:
    """All files that a process keeps; folders count with what is below them."""

    #: can be read and executed
    readable: tuple[Path, ...]
    #: can be changed, too
    writable: tuple[Path, ...]


def version() -> int:
    """The kernel's version of the interface; 0 = it has none, or it is switched off."""
    try:
        return _call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def restrict(view: View) -> None:
    """Leave this thread, and what it forks or starts, nothing but `view`. Wants no_new_privs to be set.

    Of paths that do not exist nothing is kept.

    Raises:
        OSError: the kernel has no Landlock, or not enough memory.
    """
    known = version()
    handled = _ALL_OF_FIRST | sum(bit for since, bit in _ADDED if known >= since)
    ruleset = _Ruleset(handled, _NET, _SCOPED)
    # An older kernel knows a shorter structure.
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    rules = _call(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    try:
        _allow(rules, view.readable, _READ & handled)
        _allow(rules, view.writable, _WRITE & handled)
        _call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, paths: Iterable[Path], rights: int) -> None:
    for path in paths:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            continue
        try:
            of_it = rights if stat.S_ISDIR(os.fstat(place).st_mode) else rights & _OF_A_FILE
            rule = _Beneath(of_it, place)
            _call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(place)


def _call(number: int, *arguments: object) -> int:
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(_C.syscall(ctypes.c_long(number), *words))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
