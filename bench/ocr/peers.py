"""Other ways to the same words on Tesseract: its program, pytesseract, OCRmyPDF. One thread, one job, English.

Each gets what suits it best: the program and pytesseract pages that were rendered before, OCRmyPDF a PDF.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytesseract
from PIL import Image

from bench.ocr.meter import Meter
from bench.ocr.prepared import Prepared
from bench.ocr.program import Absent, Program
from bench.ocr.tools import Failed

#: No peer has needed a tenth of it.
_SECONDS_A_PAGE = 120
_SETTINGS = ("--oem", "1", "--psm", "3")


class Cli:
    """Tesseract's program, started for each page; plain text."""

    def __init__(self, name: str, program: Program, prepared: Mapping[Path, Prepared]) -> None:
        self.name, self.engine = name, f"tesseract {program.version}"
        self._program, self._prepared = program.path, prepared

    def start(self) -> None:
        """See `Tool`: nothing stays warm."""

    def read(self, path: Path, pages: int) -> str:
        """See `Tool`."""
        del pages
        ready = self._prepared[path]
        texts = []
        for picture, dpi in zip(ready.pictures, ready.dpi, strict=True):
            texts.append(run([self._program, picture, "stdout", "-l", "eng", *_SETTINGS, "--dpi", dpi], 1))
        return "\n".join(texts)

    def stop(self) -> None:
        """See `Tool`."""


class CliOnce(Cli):
    """Tesseract's program, started once for all pages of a document."""

    def read(self, path: Path, pages: int) -> str:
        """See `Tool`."""
        ready = self._prepared[path]
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
            listed.write("".join(f"{picture}\n" for picture in ready.pictures))
            listed.flush()
            return run([self._program, listed.name, "stdout", "-l", "eng", *_SETTINGS], pages)


class Pytesseract:
    """`image_to_data`: words with boxes, as `ours` has them. Its package is loaded before anything is measured."""

    def __init__(self, name: str, program: Program, prepared: Mapping[Path, Prepared]) -> None:
        self.name = name
        self.engine = f"tesseract {program.version}"
        self._program, self._prepared = program.path, prepared

    def start(self) -> None:
        """See `Tool`: nothing stays warm."""

    def read(self, path: Path, pages: int) -> str:
        """See `Tool`."""
        del pages
        ready = self._prepared[path]
        pytesseract.pytesseract.tesseract_cmd = str(self._program)
        texts = []
        for file, dpi in zip(ready.pictures, ready.dpi, strict=True):
            with Image.open(file) as picture:
                try:
                    rows = pytesseract.image_to_data(
                        picture,
                        lang="eng",
                        config=" ".join((*_SETTINGS, "--dpi", str(dpi))),
                        output_type=pytesseract.Output.DICT,
                        timeout=_SECONDS_A_PAGE,
                    )
                except (pytesseract.TesseractError, RuntimeError, OSError) as error:
                    raise Failed(type(error).__name__) from error
            texts.append(" ".join(text for text in map(str, rows["text"]) if text.strip()))
        return "\n".join(texts)

    def stop(self) -> None:
        """See `Tool`."""


class OcrMyPdf:
    """OCRmyPDF, started for each document: a searchable PDF and its text beside it."""

    def __init__(self, name: str, program: Program, prepared: Mapping[Path, Prepared]) -> None:
        """Nothing is started yet.

        Raises:
            Absent: it is not installed.
        """
        if find_spec("ocrmypdf") is None:
            raise Absent("not installed: run `uv sync --group peers`")
        self.name, self.engine = name, f"tesseract {program.version}"
        self._program, self._prepared = program.path, prepared

    def start(self) -> None:
        """See `Tool`: nothing stays warm."""

    def start_seconds(self) -> float:
        """CPU seconds that it needs to start and do nothing; in use and here it is started for each document."""
        with Meter() as meter:
            run([sys.executable, "-m", "ocrmypdf", "--version"], 1)
        return meter.cpu

    def read(self, path: Path, pages: int) -> str:
        """See `Tool`."""
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder, "text.txt")
            # It starts the first `tesseract` on the path.
            search = f"{self._program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
            command = [
                sys.executable, "-m", "ocrmypdf", "--jobs", "1", "--output-type", "pdf", "--sidecar", text,
                "--force-ocr", "--language", "eng", "--tesseract-oem", "1", "--quiet",
                self._prepared[path].pdf, Path(folder, "out.pdf"),
            ]  # fmt: skip
            run(command, pages, {"PATH": search})
            return text.read_text(encoding="utf-8", errors="replace").replace("\f", "\n")

    def stop(self) -> None:
        """See `Tool`."""


def run(command: Sequence[Any], pages: int, variables: Mapping[str, str] | None = None) -> str:
    """Run a peer to its end; its words are what it read, its errors are dropped, since they may quote a document.

    Raises:
        Failed: it ended with an error, or took too long and was ended with everything that it started.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | dict(variables or {}),
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=_SECONDS_A_PAGE * pages)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise Failed("timed out") from None
    if process.returncode:
        raise Failed(f"ended with status {process.returncode}")
    return said.decode("utf-8", "replace")
