"""Where Tesseract's language data lies, which of the wanted packs are there, and which exactly they are."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from processors.errors import StageFailed

#: The pack that tells which way up a page is, and in which script.
ORIENTATION = "osd"
#: Where Debian, Ubuntu and Fedora put it.
_KNOWN = (
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tesseract/tessdata"),
    Path("/usr/share/tessdata"),
)


def find(wanted: str) -> Path:
    """The folder of *.traineddata: `wanted` where it is set, else as the system's tesseract says, or a usual place.

    Raises:
        StageFailed: there is none.
    """
    candidates = [Path(wanted)] if wanted else [*_said_by_tesseract(), *_KNOWN]
    folder = next((path for path in candidates if path.is_dir()), None)
    if folder is None:
        raise StageFailed(
            "no Tesseract language data; run `apt-get install tesseract-ocr` or set CHANCERY_TESSDATA"
        )
    return folder


def installed(folder: Path, packs: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `packs` that are there. One that is not is named by `doctor`, and on pages that would need it.

    Raises:
        StageFailed: none is there: nothing could be read.
    """
    there = tuple(pack for pack in packs if has(folder, pack))
    if not there:
        # Debian writes chi_sim as tesseract-ocr-chi-sim.
        commands = " ".join(f"tesseract-ocr-{pack.replace('_', '-').lower()}" for pack in packs)
        raise StageFailed(f"no language pack {', '.join(packs)} in {folder}; run `apt-get install {commands}`")
    return there


def has(folder: Path, pack: str) -> bool:
    """Whether a pack is there."""
    return (folder / f"{pack}.traineddata").is_file()


def digest(folder: Path, packs: tuple[str, ...]) -> str:
    """The sha256 over the language data, in order."""
    total = hashlib.sha256()
    for pack in packs:
        content = (folder / f"{pack}.traineddata").read_bytes()
        total.update(f"{pack} {hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def _said_by_tesseract() -> list[Path]:
    """What `tesseract --list-langs` names in its first line, between quotes."""
    try:
        said = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    quoted = (said.stdout or said.stderr).partition("\n")[0].split('"')
    return [Path(quoted[1])] if len(quoted) == 3 else []
