"""ONNX Runtime tells nobody that it is used: it reports to its makers unless it is kept from that in time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: The number that it gives this machine, which it writes before it reports anything.
_NUMBER = "deviceid"


def written(home: Path, code: str) -> list[str]:
    """The files that a process leaves in an empty home."""
    home.mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=Path(__file__).parents[3])
    return [file.name for file in home.rglob("*") if file.is_file()]


@pytest.mark.parametrize("module", ["processors.text_encoder.onnx_session", "processors.ocr.stage"])
def test_whatever_loads_it_writes_no_number_for_this_machine(module: str, tmp_path: Path) -> None:
    assert _NUMBER not in written(tmp_path / "home", f"import {module}, sys; assert 'onnxruntime' in sys.modules")


def test_control_it_would_otherwise(tmp_path: Path) -> None:
    # Where this fails, the library no longer reports, and the guard may go.
    assert _NUMBER in written(tmp_path / "home", "import onnxruntime")
