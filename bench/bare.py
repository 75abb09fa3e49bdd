"""The bare engine, from the wheel or from the system's library: a loop of `SetImage` and `Recognize`, nothing else.

Both are driven from Python with the pixels in memory, so that the two floors differ in the engine's build alone.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path
from typing import NamedTuple, Protocol

import tesserocr
from tesserocr import OEM, PSM, LeptLogLevel, PyTessBaseAPI, set_leptonica_log_level

_LSTM_ONLY, _AUTO = 1, 3


class Pixels(NamedTuple):
    """A page in memory: raw, since of a PIL image tesserocr would make a file in memory first."""

    #: a byte of grey a pixel, row by row
    grey: bytes
    width: int
    height: int
    dpi: int


class Bare(Protocol):
    """An engine with one language loaded."""

    #: such as "5.5.4"
    version: str

    def recognise(self, page: Pixels) -> None:
        """Find the words, and forget them."""
        ...

    def text(self, page: Pixels) -> str:
        """Find the words, and say them."""
        ...


class Wheel:
    """The engine that tesserocr's wheel brings along: the one that Chancery uses."""

    version = tesserocr.tesseract_version().split()[1]

    def __init__(self, folder: Path, pack: str) -> None:
        set_leptonica_log_level(LeptLogLevel.NONE)
        quiet = {"debug_file": "/dev/null"}
        self._api = PyTessBaseAPI(path=f"{folder}/", lang=pack, oem=OEM.LSTM_ONLY, psm=PSM.AUTO, variables=quiet)

    def recognise(self, page: Pixels) -> None:
        """See `Bare`."""
        self._api.SetImageBytes(page.grey, page.width, page.height, 1, page.width)
        self._api.SetSourceResolution(page.dpi)
        self._api.Recognize()
        self._api.Clear()

    def text(self, page: Pixels) -> str:
        """See `Bare`."""
        self._api.SetImageBytes(page.grey, page.width, page.height, 1, page.width)
        self._api.SetSourceResolution(page.dpi)
        text = str(self._api.GetUTF8Text())
        self._api.Clear()
        return text


class System:
    """The engine of the system's library, through its C interface."""

    def __init__(self, folder: Path, pack: str) -> None:
        """Load it.

        Raises:
            OSError: the system has no such library, or it cannot load the language.
        """
        self._tess = tess = _library()
        self.version = _version(tess)
        tess.TessBaseAPICreate.restype = ctypes.c_void_p
        self._api = ctypes.c_void_p(tess.TessBaseAPICreate())
        if tess.TessBaseAPIInit2(self._api, str(folder).encode(), pack.encode(), _LSTM_ONLY):
            raise OSError(f"the system's Tesseract cannot load {pack} from {folder}")
        tess.TessBaseAPISetVariable(self._api, b"debug_file", b"/dev/null")
        tess.TessBaseAPISetPageSegMode(self._api, _AUTO)
        tess.TessBaseAPIGetUTF8Text.restype = ctypes.c_void_p

    def recognise(self, page: Pixels) -> None:
        """See `Bare`."""
        self._show(page)
        self._tess.TessBaseAPIRecognize(self._api, None)
        self._tess.TessBaseAPIClear(self._api)

    def text(self, page: Pixels) -> str:
        """See `Bare`."""
        self._show(page)
        said = ctypes.c_void_p(self._tess.TessBaseAPIGetUTF8Text(self._api))
        text = ctypes.string_at(said).decode("utf-8", "replace") if said else ""
        self._tess.TessDeleteText(said)
        self._tess.TessBaseAPIClear(self._api)
        return text

    def _show(self, page: Pixels) -> None:
        self._tess.TessBaseAPISetImage(self._api, page.grey, page.width, page.height, 1, page.width)
        self._tess.TessBaseAPISetSourceResolution(self._api, page.dpi)


def system_version() -> str:
    """The version of the system's library; "" where there is none."""
    try:
        return _version(_library())
    except OSError:
        return ""


def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("tesseract") or "libtesseract.so.5"
    return ctypes.CDLL(name)


def _version(tess: ctypes.CDLL) -> str:
    tess.TessVersion.restype = ctypes.c_char_p
    return str(tess.TessVersion().decode())
