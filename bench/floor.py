"""The floor: the bare engine on pictures that lie in memory, in a process of its own.

`SetImage` and `Recognize` for each page and nothing else is timed: no words are read from it, no file is opened.
Less than this no pipeline on this engine can use. `Floor` is the side of the benchmark; the module run as a program
is the side of the engine, and the two talk in lines of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from bench import pages
from bench.bare import Bare, Pixels, System, Wheel
from processors.ocr import tessdata

Build = Literal["wheel", "system"]
_BUILDS: dict[Build, type[Wheel] | type[System]] = {"wheel": Wheel, "system": System}


class Floor:
    """The bare engine, warm, with pages in memory; measures a pass whenever it is asked."""

    def __init__(self, files: Sequence[Path] = (), build: Build = "wheel") -> None:
        """Start it and wait until all pages are rendered.

        Raises:
            RuntimeError: the engine does not start.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.floor", build],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"},
        )
        #: such as "5.5.4"
        self.version = str(self._line()["version"])
        self.pages = 0
        self.load([(file, None) for file in files])

    def load(self, files: Iterable[tuple[Path, Sequence[int] | None]]) -> None:
        """Render these documents, or these pages of them (from 1), in place of what was loaded; not measured."""
        #: pages that one pass recognises
        self.pages = int(self._ask(load=[(str(file), numbers) for file, numbers in files])["pages"])

    def seconds(self) -> float:
        """CPU seconds of one pass over all pages that are loaded."""
        return float(self._ask(go=True)["seconds"])

    def text(self, file: Path, pack: str = "eng") -> str:
        """What the bare engine reads on a document with one language pack; not measured."""
        return str(self._ask(text=str(file), pack=pack)["said"])

    def close(self) -> None:
        """End it."""
        self._process.communicate()  # closes its input, which ends it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bare engine ended; its own words are above")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    """Serve until the input is closed."""
    build: Build = "system" if sys.argv[1:] == ["system"] else "wheel"
    folder = tessdata.find(os.environ.get("CHANCERY_TESSDATA", ""))
    engines: dict[str, Bare] = {"eng": _BUILDS[build](folder, "eng")}
    loaded: list[Pixels] = []
    cold = True
    _say(version=engines["eng"].version)
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            loaded = [page for file, numbers in request["load"] for page in _rendered(Path(file), numbers)]
            if cold:
                _pass(engines["eng"], loaded[:1])
                cold = not loaded
            _say(pages=len(loaded))
        elif "go" in request:
            began = time.process_time()
            _pass(engines["eng"], loaded)
            _say(seconds=time.process_time() - began)
        else:
            # A pack that is not there is no reason to read nothing.
            pack = request["pack"] if tessdata.has(folder, request["pack"]) else "eng"
            if pack not in engines:
                engines[pack] = _BUILDS[build](folder, pack)
            _say(said="\n".join(engines[pack].text(page) for page in _rendered(Path(request["text"]), None)))


def _rendered(file: Path, numbers: Sequence[int] | None) -> Iterable[Pixels]:
    for page in pages.pictures(file, numbers):
        yield Pixels(page.image.tobytes(), page.image.width, page.image.height, page.dpi)


def _pass(engine: Bare, loaded: Sequence[Pixels]) -> None:
    for page in loaded:
        engine.recognise(page)


def _say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
