"""The floor: the bare engine on pictures that lie in memory, in a process of its own.

One API, loaded once; `SetImageBytes` and `Recognize` for each page and nothing else: no words are read from it, no
file is opened. Less than this no pipeline on this engine can use. `Floor` is the side of the benchmark; the module
run as a program is the side of the engine, and the two talk in lines: "ready N" once N pages are rendered and the
engine is warm, then for each line "go" the CPU seconds of one pass over all pages.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from tesserocr import OEM, PSM, PyTessBaseAPI

from bench.documents import opened
from processors import config
from processors.ocr import tessdata
from processors.ocr.picture import Picture

#: bytes of grey pixels, width, height, dpi
Pixels = tuple[bytes, int, int, int]


class Floor:
    """The bare engine with its pages, warm; measures a pass whenever it is asked."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Start it and wait until all pages are rendered."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.floor", *map(str, files)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"},
        )
        #: pages that one pass recognises
        self.pages = int(self._line().removeprefix("ready "))

    def seconds(self) -> float:
        """CPU seconds of one pass over all pages."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self._line())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # closes its input, which ends it

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bare engine ended; its own words are above")
        return line.strip()


def main() -> None:
    """Serve until the input is closed."""
    settings = config.load()
    pages = [page for file in sys.argv[1:] for page in _rendered(Path(file), settings.limits)]
    with PyTessBaseAPI(
        path=f"{tessdata.find(settings.tessdata)}/",
        # One pack: what a pipeline needs to know of other languages is its own cost.
        lang=settings.languages.partition("+")[0],
        oem=OEM.LSTM_ONLY,
        psm=PSM.AUTO,
        variables={"debug_file": "/dev/null"},
    ) as api:
        _pass(api, pages[:1])
        print(f"ready {len(pages)}", flush=True)
        for _ in sys.stdin:
            began = time.process_time()
            _pass(api, pages)
            print(time.process_time() - began, flush=True)


def _rendered(file: Path, limits: config.Limits) -> Iterator[Pixels]:
    with opened(file, limits) as (source, count):
        for number in range(1, count + 1):
            page = source.read(number)
            if isinstance(page, Picture):
                # Raw bytes: of a PIL image tesserocr would make a file in memory first.
                yield page.image.tobytes(), page.image.width, page.image.height, round(page.dpi)


def _pass(api: PyTessBaseAPI, pages: Sequence[Pixels]) -> None:
    for data, width, height, dpi in pages:
        api.SetImageBytes(data, width, height, 1, width)
        api.SetSourceResolution(dpi)
        api.Recognize()
        api.Clear()


if __name__ == "__main__":
    main()
