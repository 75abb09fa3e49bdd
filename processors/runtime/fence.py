"""What a fork gives up before it touches a document: files, network, and the system calls that parsers never need.

Landlock and seccomp, put on by the process itself: it needs no rights and no namespaces, so it works in containers
too. Each document's fork has a fence of its own, around its own scratch folder: one that was taken over changes
neither the inputs, nor other documents, nor the warm process that it came from.
"""

from __future__ import annotations

import ctypes
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from processors.runtime import landlock, seccomp

_PR_SET_NO_NEW_PRIVS = 38
_NULL = Path("/dev/null")


@dataclass(frozen=True)
class Fence:
    """Made once, put on by each fork."""

    #: what every document's fork may read; None = the kernel has no Landlock, and all files stay
    readable: tuple[Path, ...] | None
    #: the filter of system calls, see `seccomp.py`; None = this machine takes none
    filter: bytes | None

    @classmethod
    def made(cls, readable: Iterable[Path] | None, *, filtered: bool) -> Self:
        """A fence of these parts, for the forks of this process.

        Raises:
            OSError: a filter is wanted, and libseccomp is missing.
        """
        # Neither the warm process nor the worker, nor their groups. A process that cannot be seen has the number 0.
        worker = os.getppid()
        own = {os.getpid(), -os.getpgid(0), worker, -os.getpgid(worker) if worker else 0}
        return cls(
            None if readable is None else tuple(readable),
            seccomp.made(own - {0}) if filtered else None,
        )

    @classmethod
    def of(cls, words: str) -> Self:
        """What `in_words` wrote.

        Raises:
            OSError: see `made`.
        """
        wanted = json.loads(words)
        listed = wanted["readable"]
        readable = None if listed is None else [Path(path) for path in listed]
        return cls.made(readable, filtered=wanted["filtered"])

    def put_on(self, scratch: Path, inputs: Iterable[Path] = ()) -> None:
        """From here on this process, and all that it starts, has its inputs, its scratch folder and `readable`.

        Args:
            scratch: the one folder that can be written
            inputs: can be read

        Raises:
            OSError: the kernel refused; nothing of a stranger's may be touched.
        """
        # Temporary files of everybody's folder are another document's business.
        tempfile.tempdir = str(scratch)
        _checked(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        if self.readable is not None:
            landlock.restrict(landlock.View((*self.readable, *inputs), (scratch, _NULL)))
        if self.filter is not None:
            seccomp.put_on(self.filter)


def in_words(readable: Iterable[Path] | None, *, filtered: bool) -> str:
    """What a child is told about its fence, for its command line."""
    listed = None if readable is None else [str(path) for path in readable]
    return json.dumps({"readable": listed, "filtered": filtered})


#: No fence at all.
NONE = in_words(None, filtered=False)


def _checked(result: int) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
