"""The folder of the local stack: made, tried, and closed to other users of the machine."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from processors.variables import SettingInvalid

#: Held by the supervisor for as long as it lives.
LOCK = "supervisor.lock"
#: What the stack keeps in its home. Wiping removes these and nothing else, whatever else lies there.
PARTS = (
    "kafka", "minio", "secrets", "refusals", "airflow", "scratch", "logs", "traces", "ports.json",
    "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "ledger.sqlite-journal",
)  # fmt: skip
#: What wiping leaves: whoever keeps an exported audit chain needs the key that signed it.
KEPT = ("audit-key.pem", "audit-key.pem.pub")
#: Other users' business too: a folder such as /tmp is never closed to them.
_SHARED = stat.S_ISVTX | stat.S_IWOTH


def prepare(home: Path) -> None:
    """Make the folder if need be, see that it can be written, and let nobody else in.

    Documents, the ledger and the logs lie below it. A folder that others keep things in stays open; what is ours
    in it does not.

    Raises:
        SettingInvalid: it cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=home):
            pass
        _close(home)
    except OSError as error:
        raise unusable(home, error) from error


def unusable(home: Path, error: OSError) -> SettingInvalid:
    """What to say of a home that cannot be used."""
    wanted = f"a folder that can be made and written ({error.strerror})"
    return SettingInvalid("CHANCERY_HOME", str(home), wanted)


def _close(home: Path) -> None:
    there = {path.name for path in home.iterdir()}
    about = home.stat()
    if (
        about.st_uid == os.geteuid()
        and not about.st_mode & _SHARED
        and there <= {*PARTS, *KEPT, LOCK, "stack.json"}
    ):
        home.chmod(0o700)
    for name in there.intersection(PARTS):
        # Made by an earlier version, with the user's umask.
        place = home / name
        if not place.is_symlink() and place.stat().st_uid == os.geteuid():
            place.chmod(0o700 if place.is_dir() else 0o600)
