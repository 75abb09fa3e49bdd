"""A small server that speaks the chat-completions protocol on loopback, and reads: for tests of the whole way.

It checks what a model server would choke on (and what we promise not to send), then reads the picture with the
`read` it was given: `tesseract` really looks at the pixels; `known` looks a text up. `then` tells it to misbehave.

    with VisionServer(tesseract) as server:
        server.then("busy", "ok")            # the first answer is 429, then it answers
        VisionModel(server.url, MODEL).read(png)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.model_server import Behaviour, ModelServer, Wrong, completion

__all__ = ["MODEL", "Behaviour", "VisionServer", "completion", "fingerprint", "known", "picture_in", "tesseract"]

MODEL = "mistralai/Mistral-Small-3.2-24B-Instruct-2506"
Read = Callable[[Image.Image], str]
#: the longest side that Mistral's models see; a server shrinks what is larger
_MOST_SIDE = 1_540


class VisionServer(ModelServer):
    """The server, running inside a `with`."""

    def __init__(self, read: Read, key: str = "") -> None:
        super().__init__(key=key)
        self.read = read

    def reply(self, untrusted_body: bytes) -> dict[str, Any]:
        return completion(self.read(picture_in(untrusted_body)), model=MODEL)


def tesseract(picture: Image.Image) -> str:
    """What Tesseract sees on a picture: a reader that really looks."""
    from tesserocr import OEM, PSM, PyTessBaseAPI

    from processors.ocr import tessdata

    quiet = {"debug_file": "/dev/null"}
    folder = f"{tessdata.find('')}/"
    with PyTessBaseAPI(path=folder, lang="eng", oem=OEM.LSTM_ONLY, psm=PSM.AUTO, variables=quiet) as api:
        api.SetImageBytes(picture.tobytes(), picture.width, picture.height, 1, picture.width)
        api.SetSourceResolution(150)
        return str(api.GetUTF8Text())


def known(texts: Mapping[str, str]) -> Read:
    """Looks the text up by `fingerprint`; a picture that is not there has no text."""
    return lambda picture: texts.get(fingerprint(picture), "")


def fingerprint(picture: Image.Image) -> str:
    """Names a picture by its pixels."""
    return hashlib.sha256(repr(picture.size).encode() + picture.convert("L").tobytes()).hexdigest()


def picture_in(untrusted_body: bytes) -> Image.Image:
    """The page picture in a request that is right in every respect.

    Raises:
        Wrong: it is not.
    """
    try:
        asked = json.loads(untrusted_body)
        system, user = asked["messages"]
        image, text = user["content"]
        head, _, data = image["image_url"]["url"].partition(",")
        picture = Image.open(io.BytesIO(base64.b64decode(data, validate=True)), formats=("PNG",))
        picture.load()
    except (ValueError, KeyError, TypeError, binascii.Error, UnidentifiedImageError) as error:
        raise Wrong(f"not a question with a picture: {type(error).__name__}") from error
    checks = {
        "model": asked["model"] == MODEL,
        "temperature": asked["temperature"] == 0,
        "max_tokens": 1_000 <= asked["max_tokens"] <= 16_384,
        "stream": asked["stream"] is False,
        "roles": (system["role"], user["role"]) == ("system", "user"),
        "instructions": isinstance(system["content"], str) and "verbatim" in system["content"],
        "types": (image["type"], text["type"]) == ("image_url", "text"),
        "data URL": head == "data:image/png;base64",
        "size": 16 <= max(picture.size) <= _MOST_SIDE,
        "grey": picture.mode == "L",
    }
    if wrong := [name for name, right in checks.items() if not right]:
        raise Wrong(f"wrong in the request: {', '.join(wrong)}")
    return picture
