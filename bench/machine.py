"""The machine and the versions that a figure belongs to, in words; no host name."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import psutil
import tesserocr

from processors import __version__
from processors.local.cache import KAFKA_VERSION, MINIO_VERSION


def machine() -> dict[str, str]:
    """Processor, memory and load."""
    return {
        "processor": f"{os.cpu_count()} cores, {_processor()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load": f"{os.getloadavg()[0]:.1f} (1 minute, before the run)",
    }


def versions() -> dict[str, str]:
    """Chancery and what it stands on."""
    return {
        "chancery": f"{__version__}, {_commit()}",
        "tesseract": f"{tesserocr.tesseract_version().split()[1]} (tesserocr {tesserocr.__version__})",
        "kafka": KAFKA_VERSION,
        "minio": MINIO_VERSION,
        "python": platform.python_version(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _commit() -> str:
    """The commit of the checkout, "changed" if files differ from it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=-changed", "--exclude=*"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "no checkout"
