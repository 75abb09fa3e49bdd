"""A real clamd for tests, with a database of three lines: nothing is downloaded, and it starts in a second."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

from processors.adapters.clamd import Clamd
from processors.errors import DependencyUnavailable
from tests.corpus.hostile.hiding import EICAR

MARKER = b"chancery-test-malware-marker"
_DAILY = "daily.ndb"
_PROGRAM = "/usr/sbin/clamd"


def program() -> str | None:
    """clamd's path; None where it is not installed."""
    return shutil.which("clamd") or (_PROGRAM if Path(_PROGRAM).exists() else None)


class ClamdServer:
    """clamd on a Unix socket in a folder of its own."""

    def __init__(self, folder: Path, *, age_hours: float = 1, most_bytes: str = "25M") -> None:
        """Write its database and settings.

        Args:
            folder: empty
            age_hours: of its signatures, as clamd will tell
            most_bytes: StreamMaxLength
        """
        self._folder = folder
        # A Unix socket's path may have 107 characters; a test's folder is longer.
        self._short = tempfile.TemporaryDirectory(prefix="clamd-")
        self.socket = str(Path(self._short.name) / "s")
        self.database = folder / "database"
        self.database.mkdir(parents=True)
        eicar = f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:Chancery.Test.Eicar\n"
        (self.database / "local.hdb").write_text(eicar)
        (self.database / "local.ndb").write_text(f"Chancery.Test.Marker:0:*:{MARKER.hex()}\n")
        self.set_age(age_hours)
        self._settings = folder / "clamd.conf"
        self._settings.write_text(
            f"Foreground yes\nLocalSocket {self.socket}\nDatabaseDirectory {self.database}\n"
            f"TemporaryDirectory {folder}\nStreamMaxLength {most_bytes}\nMaxFileSize {most_bytes}\n"
            "MaxScanSize 100M\nAlertExceedsMax yes\nMaxThreads 2\nConcurrentDatabaseReload no\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def set_age(self, hours: float) -> None:
        """Make the daily database anew; a running clamd knows it after its next start."""
        made = int(time.time() - hours * 3600)
        signatures = b"Chancery.Test.Daily:0:*:" + b"chancery-test-daily-marker".hex().encode() + b"\n"
        when = time.strftime("%d %b %Y %H-%M +0000", time.gmtime(made))
        head = f"ClamAV-VDB:{when}:77:1:90:{'0' * 32}:X:chancery:{made}"
        listed = f"{head}\n{_DAILY}:{len(signatures)}:{hashlib.sha256(signatures).hexdigest()}\n".encode()
        body = io.BytesIO()
        with tarfile.open(fileobj=body, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, content in (("daily.info", listed), (_DAILY, signatures)):
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        (self.database / "daily.cud").write_bytes(head.encode().ljust(512) + body.getvalue())

    def start(self) -> None:
        """Start it and wait until it answers."""
        path = program()
        assert path is not None
        with (self._folder / "clamd.out").open("ab") as out:
            self._process = subprocess.Popen([path, "-c", str(self._settings)], stdout=out, stderr=out)
        limit = time.monotonic() + 60
        while True:
            try:
                Clamd(self.socket, 0).scan_pieces(iter((b"x",)))
                return
            except DependencyUnavailable:
                assert self._process.poll() is None, (self._folder / "clamd.out").read_text()[-2000:]
                assert time.monotonic() < limit, "clamd does not answer"
                time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        """End it and remove its socket."""
        self.stop()
        self._short.cleanup()
