"""Running a program of others to its end while somebody watches what it prints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

#: lines that are kept for an error
_LAST = 15


def followed(
    command: Sequence[str],
    variables: Mapping[str, str],
    on_line: Callable[[str], None],
    folder: Path | None = None,
) -> tuple[int, list[str]]:
    """Run a command, passing on each line that it prints, errors included.

    Args:
        command: the program and its arguments
        variables: its whole environment
        on_line: told each line, with its end
        folder: where it runs; None = where we are

    Returns:
        Its exit code, and its last lines without their ends.
    """
    last: list[str] = []
    with subprocess.Popen(
        command,
        env=variables,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            last = [*last[1 - _LAST :], line.rstrip()]
            on_line(line)
    return child.returncode, last
