"""The system calls that a parser has no use for, refused by the kernel: a filter, made with libseccomp.

A list of what is refused, not of what is allowed: LibreOffice, Tesseract, ONNX Runtime and pdfium change with every
release, and a filter that breaks one of them is switched off by somebody. What is refused answers EPERM, as a right
that is lacking does; nothing is killed. Another architecture's calls (32 bit on a 64 bit machine) kill the process.

libseccomp knows names and numbers for x86_64 and aarch64 alike. The filter is made once, as bytes; to put it on
costs one system call for each fork.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable

_LIBRARY = "libseccomp.so.2"
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_BAD_ARCHITECTURE, _OPTIMISE = 2, 8
_NOT_EQUAL, _MASKED_EQUAL = 1, 7
_UNKNOWN = -1
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOW_WORD = 0xFFFFFFFF
_BYTES_OF_AN_INSTRUCTION = 8

#: Refused with whatever arguments.
_REFUSED = (
    # Whoever listens, on the network or on this machine; a pair of sockets between own processes stays.
    "connect", "accept", "accept4", "sendmsg", "sendmmsg",
    # Other processes: their memory, descriptors, priorities, and signals with forged content.
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_getfd",
    "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tkill", "setpriority", "ioprio_set",
    "sched_setscheduler", "sched_setparam", "sched_setattr", "migrate_pages", "move_pages",
    # Leaving the group that ends with the document.
    "setsid", "setpgid",
    # Mounts and namespaces: the way around every wall.
    "mount", "umount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "unshare", "setns", "open_by_handle_at", "name_to_handle_at",
    "fanotify_init",
    # Parts of the kernel with a long history of holes.
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "keyctl", "add_key", "request_key", "modify_ldt", "vmsplice",
    # Memory and messages that outlive the process, or that no limit counts.
    "shmget", "semget", "msgget", "mq_open", "memfd_create", "memfd_secret",
    # Rights, owners and marks of files: Landlock does not watch these.
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
    "mknod", "mknodat",
    # The machine.
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "swapon", "swapoff",
    "syslog", "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "sethostname", "setdomainname", "iopl", "ioperm", "vhangup", "lookup_dcookie", "nfsservctl",
)  # fmt: skip

_AF_UNIX, _KIND_OF_SOCKET, _DATAGRAM = 1, 0xF, 2
#: CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NEW_NAMESPACES = (
    0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
#: Typing into the terminal of whoever started us: TIOCSTI, TIOCLINUX
_TYPING = (0x5412, 0x541C)


class _Compared(ctypes.Structure):
    """One condition on an argument of a call."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("how", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


class _Program(ctypes.Structure):
    _fields_ = (("instructions", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def works() -> bool:
    """Whether this machine has libseccomp; the kernel's part shows when a filter is put on."""
    try:
        ctypes.CDLL(_LIBRARY)
    except OSError:
        return False
    return True


def made(spared: Iterable[int] = ()) -> bytes:
    """The filter, for `put_on`.

    Args:
        spared: processes and, as negative numbers, groups that may not be sent signals

    Raises:
        OSError: libseccomp is missing, or could not make it.
    """
    library = _library()
    rules = library.seccomp_init(_ALLOW)
    if not rules:
        raise MemoryError
    try:
        _checked(library.seccomp_attr_set(rules, _BAD_ARCHITECTURE, _KILL_PROCESS))
        library.seccomp_attr_set(rules, _OPTIMISE, 2)  # a tree instead of a list; from 2.5 on, and only for speed

        def refuse(name: str, *conditions: _Compared, code: int = errno.EPERM) -> None:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number != _UNKNOWN:
                given = (_Compared * len(conditions))(*conditions)
                _checked(library.seccomp_rule_add_array(rules, _ERRNO | code, number, len(conditions), given))

        for name in _REFUSED:
            refuse(name)
        # LibreOffice does not start without a local socket to listen on, in a folder that is everybody's. It is
        # told that it listens, and nothing is there.
        for name in ("bind", "listen"):
            refuse(name, code=0)
        refuse("socket", _Compared(0, _NOT_EQUAL, _AF_UNIX, 0))
        refuse("socket", _Compared(1, _MASKED_EQUAL, _KIND_OF_SOCKET, _DATAGRAM))
        # Its flags lie in memory, where no filter can look; the C library then takes the older call.
        refuse("clone3", code=errno.ENOSYS)
        for flag in _NEW_NAMESPACES:
            refuse("clone", _Compared(0, _MASKED_EQUAL, flag, flag))
        for request in _TYPING:
            refuse("ioctl", _Compared(1, _MASKED_EQUAL, _LOW_WORD, request))
        for pid in (-1, *spared):
            for name in ("kill", "tgkill"):
                refuse(name, _Compared(0, _MASKED_EQUAL, _LOW_WORD, pid & _LOW_WORD))
        # Of others: a limit of zero seconds would end them. 0 is the caller itself.
        for name in ("prlimit64", "sched_setaffinity"):
            refuse(name, _Compared(0, _NOT_EQUAL, 0, 0))
        # 0xffffffff asks; anything else could switch off the spread of addresses.
        refuse("personality", _Compared(0, _NOT_EQUAL, _LOW_WORD, 0))
        return _exported(library, rules)
    finally:
        library.seccomp_release(rules)


def put_on(program: bytes) -> None:
    """Let the kernel hold this thread, and what it forks or starts, to the filter. Wants no_new_privs to be set.

    Raises:
        OSError: the kernel has no such filters.
    """
    filled = _Program(len(program) // _BYTES_OF_AN_INSTRUCTION, program)
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(filled), 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(_LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    library.seccomp_attr_set.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32)
    library.seccomp_rule_add_array.argtypes = (
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Compared),
    )  # fmt: skip
    library.seccomp_export_bpf.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.seccomp_release.argtypes = (ctypes.c_void_p,)
    return library


def _exported(library: ctypes.CDLL, rules: int) -> bytes:
    descriptor = os.memfd_create("filter", os.MFD_CLOEXEC)
    with open(descriptor, "w+b") as file:  # noqa: PTH123 - of a descriptor
        _checked(library.seccomp_export_bpf(rules, descriptor))
        file.seek(0)
        return file.read()


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(-result, f"libseccomp: {os.strerror(-result)}")
