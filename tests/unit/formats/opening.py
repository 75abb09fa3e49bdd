"""What the tests of formats share."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from processors.config import Limits, load
from processors.formats import detect
from processors.formats.port import Format, Opened, Refused, Terms
from processors.intake.stage import FORMATS

#: Set-up installs LibreOffice, so these run wherever the rest does.
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def opened(
    content: bytes, tmp_path: Path, limits: Limits | None = None, passwords: tuple[str, ...] = (), claimed: str = ""
) -> Opened:
    """Open a file as intake would, without its look at the name."""
    file = tmp_path / "upload"
    file.write_bytes(content)
    scratch = tmp_path / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    reader: Format = FORMATS[detect.media_type(file, claimed)]
    return reader.open(file, Terms(limits or load({}).limits, scratch, passwords))


def refused(
    content: bytes, tmp_path: Path, limits: Limits | None = None, passwords: tuple[str, ...] = (), claimed: str = ""
) -> str:
    """Why a file is refused."""
    with pytest.raises(Refused) as refusal:
        opened(content, tmp_path, limits, passwords, claimed)
    return str(refusal.value.outcome.reason.value)


def text_of(made: Opened) -> str:
    """The text of a rendition."""
    assert made.rendition is not None
    if made.rendition.media_type == "text/plain":
        return made.rendition.path.read_text(encoding="utf-8")
    with pypdfium2.PdfDocument(made.rendition.path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def files_of(made: Opened) -> dict[str, bytes]:
    """Name and bytes of each file inside."""
    return {one.untrusted_name: one.path.read_bytes() for one in made.enclosures}


def as_old_format(content: bytes, ending: str, tmp_path: Path) -> bytes:
    """What LibreOffice writes in a format that no small library writes."""
    file = tmp_path / "source"
    file.write_bytes(content)
    command = [f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", ending]
    subprocess.run(["soffice", *command, "--outdir", tmp_path, file], check=True, capture_output=True)
    return (tmp_path / f"source.{ending.partition(':')[0]}").read_bytes()
