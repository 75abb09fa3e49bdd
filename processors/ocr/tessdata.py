"""Where Tesseract's language data lies, whether the wanted packs are there, and which exactly they are."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from processors.config import Settings
from processors.errors import StageFailed

#: Where Debian, Ubuntu and Fedora put it.
_KNOWN = (
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tesseract/tessdata"),
    Path("/usr/share/tessdata"),
)


def find(settings: Settings) -> Path:
    """The folder of *.traineddata: as set, as the system's tesseract says, or a usual place.

    Raises:
        StageFailed: there is none, or a language pack is missing.
    """
    candidates = [Path(settings.tessdata)] if settings.tessdata else [*_said_by_tesseract(), *_KNOWN]
    folder = next((path for path in candidates if path.is_dir()), None)
    if folder is None:
        raise StageFailed(
            "no Tesseract language data; run `apt-get install tesseract-ocr` or set CHANCERY_TESSDATA"
        )
    missing = [pack for pack in _packs(settings.languages) if not _file(folder, pack).is_file()]
    if missing:
        # Debian writes chi_sim as tesseract-ocr-chi-sim.
        commands = " ".join(f"tesseract-ocr-{pack.replace('_', '-').lower()}" for pack in missing)
        raise StageFailed(f"no language pack {', '.join(missing)} in {folder}; run `apt-get install {commands}`")
    return folder


def digest(folder: Path, languages: str) -> str:
    """The sha256 over the language data, in the order in which Tesseract uses it."""
    total = hashlib.sha256()
    for pack in _packs(languages):
        total.update(f"{pack} {hashlib.sha256(_file(folder, pack).read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _packs(languages: str) -> list[str]:
    return [pack for pack in languages.split("+") if pack] or ["eng"]


def _file(folder: Path, pack: str) -> Path:
    return folder / f"{pack}.traineddata"


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
