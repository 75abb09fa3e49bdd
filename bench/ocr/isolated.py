"""Peers that cannot live in the project's environment: each gets one of its own in the cache folder, made by uv.

They are kept warm: the package is loaded once and reads page after page, a line of JSON for a line of JSON.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.ocr.prepared import Prepared
from bench.ocr.program import Absent
from bench.ocr.tools import Failed
from processors.local.environment import cache_folder

_RAPIDOCR = "rapidocr-onnxruntime==1.4.4"
#: Why others are not measured, found by trying them on a machine without a way to a model hub.
NOT_RUNNABLE = {
    "docling": "not runnable: needs downloads (its layout model comes from a model hub at run time)",
    "unstructured": "not runnable: needs downloads (its language model comes from a model hub at run time)",
}
_SECONDS_A_PAGE = 120
#: Loading models on a busy machine.
_START_SECONDS = 120
_DRIVER = """
import json, sys
import cv2
from rapidocr_onnxruntime import RapidOCR
cv2.setNumThreads(1)
read = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    found, _ = read(json.loads(line))
    print(json.dumps({"text": "\\n".join(one[1] for one in found or ())}), flush=True)
"""


class RapidOcr:
    """RapidOCR on ONNX Runtime: other models than Tesseract's, which its package brings along."""

    def __init__(self, prepared: Mapping[Path, Prepared], *, make: bool) -> None:
        """Find its environment, or make it.

        Raises:
            Absent: it is not there, and `make` is not set or did not work.
        """
        self.name, self.engine = "rapidocr", f"{_RAPIDOCR.replace('==', ' ')}, PP-OCRv4"
        self._prepared = prepared
        self._python = _environment("rapidocr", _RAPIDOCR, make)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """See `Tool`."""
        # One thread: its own setting, and the one of the libraries below it.
        limits = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [self._python, "-c", _DRIVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | limits,
        )
        self._line(_START_SECONDS)

    def read(self, path: Path, pages: int) -> str:
        """See `Tool`."""
        del pages
        texts = []
        for picture in self._prepared[path].pictures:
            assert self._process is not None and self._process.stdin is not None
            try:
                self._process.stdin.write(json.dumps(str(picture)) + "\n")
                self._process.stdin.flush()
            except OSError as error:
                raise Failed("ended") from error
            texts.append(str(self._line(_SECONDS_A_PAGE)["text"]))
        return "\n".join(texts)

    def stop(self) -> None:
        """See `Tool`."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _line(self, seconds: float) -> dict[str, object]:
        assert self._process is not None and self._process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            ready = waiting.select(seconds)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise Failed("ended" if ready else "timed out")
        answer: dict[str, object] = json.loads(line)
        return answer


def _environment(name: str, package: str, make: bool) -> Path:
    """The Python of a peer's own environment.

    Raises:
        Absent: see `RapidOcr`.
    """
    folder = cache_folder() / "bench" / name
    python = folder / "bin" / "python"
    done = folder / package
    if done.is_file():
        return python
    if not make:
        raise Absent("not installed: run with `--peers all`, which makes an environment of its own for it")
    uv = shutil.which("uv") or cache_folder() / "uv" / "bin" / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, folder],
            [uv, "pip", "install", "--quiet", "--python", python, package],
        ):
            subprocess.run(command, check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as error:
        raise Absent(f"could not be installed ({type(error).__name__}): needs uv and a package index") from error
    done.touch()
    return python
