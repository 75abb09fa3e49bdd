"""LibreOffice as a converter: one program, one document, one throw-away profile, within bounds.

The filter that reads is named, so that a file is read as what it was found to be and as nothing else. The program
itself is started, not the script around it: one process, which ends with ours.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from processors.errors import StageFailed
from processors.formats import soffice_profile
from processors.formats.port import Refused
from processors.reasons import QuarantineReason
from processors.stage import MOST_ARTEFACT_BYTES

#: A long report takes some ten seconds. Two conversions and what is around them fit into the time of one work.
MOST_SECONDS = 120.0
#: "Start me again": a profile's first start, or an extension that was found.
_AGAIN = 81
_MOST_STARTS = 3
#: The parts that we use, each a Debian package and a library beside the program.
_PARTS = {"writer": "libswlo.so", "calc": "libsclo.so", "impress": "libsdlo.so"}
#: What conversions need, by Debian's names
PACKAGES = tuple(f"libreoffice-{part}-nogui" for part in _PARTS)


def program() -> Path | None:
    """LibreOffice's program on this machine; None if it has none."""
    script = shutil.which("soffice")
    if script is None:
        return None
    binary = Path(script).resolve().with_name("soffice.bin")
    return binary if binary.is_file() else Path(script)


def lacking() -> tuple[str, ...]:
    """The Debian packages that conversions miss on this machine."""
    binary = program()
    there = [] if binary is None else [part for part in _PARTS if binary.with_name(_PARTS[part]).is_file()]
    if binary is not None and not there:
        # Built in another way, with everything in one library.
        return ()
    return tuple(package for package in PACKAGES if package.split("-")[1] not in there)


def engine() -> str:
    """Name and version for the provenance, as the program's own file tells it: "LibreOffice 7.4"."""
    found = program()
    told = found.with_name("bootstraprc") if found else None
    if told is not None and told.is_file():
        for line in told.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("ProductKey="):
                return line.partition("=")[2]
    return "LibreOffice"


def convert(untrusted_file: Path, reads: str, writes: str, scratch: Path, seconds: float = MOST_SECONDS) -> Path:
    """Convert a file and return what it became, in `scratch`.

    Args:
        untrusted_file: what is converted
        reads: LibreOffice's name of the filter that reads, such as "MS Word 2007 XML"
        writes: ending and filter to write, such as "pdf:writer_pdf_Export"
        scratch: where all that it writes lies
        seconds: bound on its time

    Raises:
        Refused: it cannot be converted, or not in time.
        StageFailed: LibreOffice, or the part of it that writes this, is not installed.
    """
    binary = program()
    wanted = lacking()
    # Its own answer to a missing part is that the file cannot be loaded, which would put the blame on the document.
    if binary is None or any(package.split("-")[1] in writes for package in wanted):
        raise StageFailed(f"LibreOffice is missing. Run: apt-get install {' '.join(wanted)}")
    folder = Path(tempfile.mkdtemp(prefix="soffice-", dir=scratch))
    profile = soffice_profile.make(folder / "profile")
    # A name of ours: the sender's is no path.
    source = folder / "document"
    source.symlink_to(untrusted_file.resolve())
    command = [
        *_tied(),
        str(binary),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
        f"--infilter={reads}", "--convert-to", writes, "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip
    ended = _AGAIN
    for _ in range(_MOST_STARTS):
        if ended == _AGAIN:
            ended = _run(command, folder, seconds)
    made = next((folder / "out").glob("document.*"), None)
    if made is None:
        # It says so in words on its output alone; killed by a signal means that its parser died.
        reason = QuarantineReason.WORK_CRASHED if ended < 0 else QuarantineReason.DAMAGED
        raise Refused(reason, program="soffice", exit=ended)
    if made.stat().st_size > MOST_ARTEFACT_BYTES:
        raise Refused(QuarantineReason.EXPANDS_TOO_FAR, limit=MOST_ARTEFACT_BYTES)
    return made


def _run(command: list[str], folder: Path, seconds: float) -> int:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",  # draws without a screen
        "SAL_DISABLE_OPENCL": "1",
        # Malformed documents get long traces on the output, with names from the document in them.
        "SAL_LOG": "-INFO-WARN",
    }
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(QuarantineReason.WORK_CRASHED, program="soffice", limit_seconds=seconds) from error
    return done.returncode


def _tied() -> tuple[str, ...]:
    """What ties the program's life to ours, where the machine has it."""
    tie = shutil.which("setpriv")
    return (tie, "--pdeathsig", "KILL", "--") if tie else ()
