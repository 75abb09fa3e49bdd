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
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

from PIL import Image, UnidentifiedImageError

MODEL = "mistralai/Mistral-Small-3.2-24B-Instruct-2506"
Behaviour = Literal[
    "ok", "busy", "busy_long", "down", "garbage", "other_shape", "no_text", "cut_off", "huge", "endless",
    "redirect", "hang_up", "slow", "drip", "refused", "compressed", "half_character",
]  # fmt: skip
Read = Callable[[Image.Image], str]
#: the longest side that Mistral's models see; a server shrinks what is larger
_MOST_SIDE = 1_540


class Wrong(Exception):
    """A request that a model server would refuse; the text says why."""


@dataclass
class Asked:
    """A request that came."""

    headers: Mapping[str, str]
    body: bytes


@dataclass
class VisionServer:
    """The server, running inside a `with`."""

    read: Read
    #: the key that it asks for; empty = none
    key: str = ""
    #: seconds that "slow" waits, and "drip" between two bytes
    patience: float = 0.5
    requests: list[Asked] = field(default_factory=list)
    _behaviours: deque[Behaviour] = field(default_factory=deque)
    _usual: Behaviour = "ok"

    def then(self, *behaviours: Behaviour) -> None:
        """How it answers the next requests; the last of them is what it keeps doing."""
        self._behaviours.extend(behaviours[:-1])
        self._usual = behaviours[-1]

    def next(self) -> Behaviour:
        """What to do now."""
        return self._behaviours.popleft() if self._behaviours else self._usual

    @property
    def url(self) -> str:
        """The endpoint, to be given as CHANCERY_VISION_URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


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


def completion(text: str | None, finish: str = "stop") -> dict[str, Any]:
    """An answer as vLLM gives it."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": finish,
                "logprobs": None,
            }
        ],
        "usage": {"prompt_tokens": 3_100, "completion_tokens": 700, "total_tokens": 3_800},
    }


#: status, body and headers of what needs no picture
_ANSWERS: Mapping[Behaviour, tuple[int, dict[str, Any], dict[str, str]]] = {
    "busy": (429, {"error": "busy"}, {"Retry-After": "3"}),
    "busy_long": (429, {"error": "busy"}, {"Retry-After": "9000"}),
    "down": (503, {"error": "starting"}, {}),
    "refused": (400, {"error": "no"}, {}),
    "redirect": (307, {}, {"Location": "http://localhost:9/elsewhere"}),
    "other_shape": (200, {"choices": []}, {}),
    "no_text": (200, completion(None), {}),
    "compressed": (200, completion("x"), {"Content-Encoding": "gzip"}),
    "half_character": (200, completion("half \ud83d of it"), {}),
    "huge": (200, completion("word " * 2_000_000), {}),
}


def _handler(server: VisionServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: pytest's output is for failures."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append(Asked({k.lower(): v for k, v in self.headers.items()}, body))
            try:
                self._behave(server.next(), body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had enough

        def _behave(self, behaviour: Behaviour, body: bytes) -> None:
            if self.path != "/v1/chat/completions":
                self._answer(404, {"error": "no such path"})
            elif server.key and self.headers.get("Authorization") != f"Bearer {server.key}":
                self._answer(401, {"error": "Unauthorized"})
            elif behaviour in _ANSWERS:
                self._answer(*_ANSWERS[behaviour])
            elif behaviour == "hang_up":
                self.close_connection = True
            elif behaviour == "garbage":
                self._send(200, b"<html>not JSON")
            elif behaviour in ("endless", "drip"):
                self._head(200, {"Content-Type": "application/json"}, length=10**12)
                while True:
                    self.wfile.write(b" " if behaviour == "drip" else b" " * 65_536)
                    time.sleep(server.patience if behaviour == "drip" else 0)
            else:
                time.sleep(server.patience if behaviour == "slow" else 0)
                self._read(body, "length" if behaviour == "cut_off" else "stop")

        def _read(self, body: bytes, finish: str) -> None:
            try:
                picture = picture_in(body)
            except Wrong as wrong:
                self._answer(400, {"error": str(wrong)})
            else:
                self._answer(200, completion(server.read(picture), finish))

        def _answer(self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
            self._send(status, json.dumps(body).encode(), headers)

        def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
            self._head(status, {"Content-Type": "application/json", **(headers or {})}, len(body))
            self.wfile.write(body)

        def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()

    return Handler
