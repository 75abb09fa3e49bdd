"""Tesseract's program: as the system has it, and with the wheel's engine put under it.

Peers start the program `tesseract`. For a comparison on the same engine build, a second program of that name is
made that loads the wheel's library in place of the system's: both are `libtesseract.so.5`. It is used only if it
reads a test picture to the letter as the wheel does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

from PIL import Image, ImageDraw

from bench.bare import Pixels, Wheel
from processors.ocr import tessdata

#: The program was made for a library that has this function as it stands here; newer ones have it as a template.
_MISSING = """
#include <stdarg.h>
#include <stdio.h>
void _ZN9tesseract7tprintfEPKcz(const char *format, ...) {
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
}
"""
_SCRIPT = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}' LD_PRELOAD='{missing}' TESSDATA_PREFIX='{data}'
exec '{program}' "$@"
"""
_TEST_WORDS = "A test of the engine: 12.50 on 3 May"
_SECONDS = 60


class Absent(Exception):
    """What a tool needs is not there; the text says what, and how to get it."""


@dataclass(frozen=True)
class Program:
    """A program `tesseract`."""

    path: Path
    #: such as "5.3.0"
    version: str


def system() -> Program:
    """The system's own.

    Raises:
        Absent: there is none.
    """
    found = shutil.which("tesseract")
    if found is None:
        raise Absent("not installed: run `apt-get install tesseract-ocr`")
    return Program(Path(found), _version(Path(found)))


def on_the_wheel(folder: Path) -> Program:
    """The system's program on the wheel's library, made in `folder`, under the name `tesseract`.

    Raises:
        Absent: there is no program, no C compiler, or the two do not fit.
    """
    program = system()
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise Absent("needs a C compiler: run `apt-get install gcc`")
    libraries = folder / "libraries"
    libraries.mkdir(parents=True)
    tesseract, leptonica = _wheel_library("libtesseract"), _wheel_library("liblept")
    for name, library in {"libtesseract.so.5": tesseract, "liblept.so.5": leptonica}.items():
        (libraries / name).symlink_to(library)
    (folder / "missing.c").write_text(_MISSING, encoding="ascii")
    missing = folder / "missing.so"
    build: list[str | Path] = [compiler, "-shared", "-fPIC", "-o", missing, folder / "missing.c"]
    subprocess.run(build, check=True, timeout=_SECONDS)
    script = folder / "bin" / "tesseract"
    script.parent.mkdir()
    # Its own libraries lie beside the wheel's.
    search = f"{libraries}:{tesseract.parent}"
    # The wheel's library does not know where the distribution keeps the language data.
    data = tessdata.find(os.environ.get("CHANCERY_TESSDATA", ""))
    text = _SCRIPT.format(libraries=search, missing=missing, data=data, program=program.path)
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)
    made = Program(script, _version(script))
    if made.version != Wheel.version or not _reads_the_same(made, folder, data):
        raise Absent(f"tesseract {program.version} does not run on the wheel's engine {Wheel.version}")
    return made


def _version(program: Path) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=_SECONDS)
    words = (said.stdout or said.stderr).split()
    return words[1] if said.returncode == 0 and len(words) > 1 else ""


def _wheel_library(name: str) -> Path:
    for file in files("tesserocr") or ():
        if file.name.startswith(name) and ".so" in file.name:
            return Path(str(file.locate())).resolve()
    raise Absent("tesserocr was not installed from a wheel: it has no library of its own")


def _reads_the_same(program: Program, folder: Path, data: Path) -> bool:
    picture = Image.new("L", (1200, 300), 255)
    ImageDraw.Draw(picture).text((60, 100), _TEST_WORDS, fill=0, font_size=48)
    file = folder / "test.png"
    picture.save(file, dpi=(300, 300))
    settings = ("--oem", "1", "--psm", "3", "--dpi", "300")
    command: list[str | Path] = [program.path, file, "stdout", *settings]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    wanted = Wheel(data, "eng").text(Pixels(picture.tobytes(), picture.width, picture.height, 300))
    return bool(wanted.strip()) and said.stdout.strip("\f\n") == wanted.strip("\f\n")
