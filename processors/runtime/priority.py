"""How a worker lets the others go first on its machine."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

#: a tenth of the weight of what is not nice: enough to go on on a machine that is never idle
_BEHIND = 10


def yield_to_others() -> None:
    """Leave the processor to others where they want it; what this process starts does so too."""
    os.nice(_BEHIND)
    if os.getsid(0) == os.getpid():
        hand_down(os.getpid())


def hand_down(session: int) -> None:
    """Make a session, by the process that leads it, as nice as we are.

    Linux may share the processor among sessions first, and among the processes of one only then (autogroup): a nice
    process in a session of its own yields to nobody otherwise. Where that is switched off there is nothing to do.
    """
    if nice := os.nice(0):
        with contextlib.suppress(OSError):
            Path(f"/proc/{session}/autogroup").write_text(str(nice), encoding="ascii")
