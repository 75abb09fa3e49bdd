"""Where in our code an error arose, and never what it says: the message of a parser's error quotes the document."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from types import TracebackType

#: places, from the outermost to the innermost; the outermost of a longer way are left out
_MOST = 30
#: such as "processors/ocr/stage.py:12 process"
_PLACE = re.compile(r"[\w./<>-]{1,200}:\d{1,7} [\w<>]{1,100}")
_FOLDERS = re.compile(r"^.*/(?=(?:processors|tests|bench|site-packages|python3\.\d+)/)")


def whereabouts(at: TracebackType | None) -> list[str]:
    """The places of a traceback, in the words that `checked` lets pass."""
    frames = traceback.extract_tb(at)[-_MOST:]
    places = (f"{_FOLDERS.sub('', frame.filename)}:{frame.lineno or 0} {frame.name}" for frame in frames)
    return [place for place in places if _PLACE.fullmatch(place)]


def checked(untrusted: object) -> Sequence[str]:
    """Places as a child told them, less whatever is none: one that was taken over could tell anything."""
    if not isinstance(untrusted, list):
        return ()
    return [place for place in untrusted[:_MOST] if isinstance(place, str) and _PLACE.fullmatch(place)]
