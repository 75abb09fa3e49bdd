"""What the doctor asks of a machine; a test answers in its place."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from processors.local import ports
from processors.local.environment import inherited

#: seconds; `tesseract --version` takes 0.02, the first `mvn --version` on a cold disk 5
_PATIENCE = 20.0


class Machine:
    """The machine that this process runs on."""

    def python(self) -> str:
        """The version of the running Python."""
        return platform.python_version()

    def which(self, program: str) -> str | None:
        """The path of a program, or None."""
        return shutil.which(program)

    def says(self, *command: str) -> str | None:
        """What a command prints, on both streams; None if it is missing, fails or takes too long."""
        try:
            done = subprocess.run(
                command,
                env=inherited(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    def free_bytes(self, folder: Path) -> int:
        """Free space where `folder` is or will be."""
        place = folder
        # os.path and not Path: a folder that may not be looked into is none to it, and no error.
        while not os.path.exists(place):  # noqa: PTH110
            place = place.parent
        return shutil.disk_usage(place).free

    def answers(self, endpoint: str) -> bool:
        """Whether something listens at host:port."""
        return ports.answers(endpoint)
