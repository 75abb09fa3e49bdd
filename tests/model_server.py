"""A small server with an OpenAI-compatible API on loopback, real in everything but the model: for tests of the way.

`reply` is what its kind does with a request; `then` tells it to misbehave, `marked` to misbehave for some requests.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

Behaviour = Literal[
    "ok", "busy", "busy_long", "down", "garbage", "other_shape", "no_text", "cut_off", "huge", "endless",
    "redirect", "hang_up", "slow", "drip", "refused", "fails", "compressed", "half_character", "half_json",
    "odd_end",
]  # fmt: skip


class Wrong(Exception):
    """A request that a model server would refuse; the text says why."""


@dataclass
class Asked:
    """A request that came."""

    headers: Mapping[str, str]
    body: bytes


@dataclass
class ModelServer:
    """The server, running inside a `with`."""

    #: the key that it asks for; empty = none
    key: str = ""
    #: seconds that "slow" waits, and "drip" between two bytes
    patience: float = 0.5
    #: what came to /v1/chat/completions
    requests: list[Asked] = field(default_factory=list)
    #: words -> what it does with each request that has them
    marked: dict[str, Behaviour] = field(default_factory=dict)
    #: status and body of /v1/models
    models: tuple[int, Any] = (404, {})
    #: the port; 0 = any that is free
    port: int = 0
    _behaviours: deque[Behaviour] = field(default_factory=deque)
    _usual: Behaviour = "ok"

    def reply(self, untrusted_body: bytes) -> dict[str, Any]:
        """The answer to a request.

        Raises:
            Wrong: the request is one that a model server would refuse.
        """
        raise NotImplementedError

    def then(self, *behaviours: Behaviour) -> None:
        """How it answers the next requests; the last of them is what it keeps doing."""
        self._behaviours.extend(behaviours[:-1])
        self._usual = behaviours[-1]

    def next(self, body: bytes) -> Behaviour:
        """What to do now."""
        for words, behaviour in self.marked.items():
            if words.encode() in body:
                return behaviour
        return self._behaviours.popleft() if self._behaviours else self._usual

    @property
    def url(self) -> str:
        """The endpoint, to be given as CHANCERY_…_URL."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def port_taken(self) -> int:
        """Where it listens, or did."""
        return self._server.server_port

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def completion(
    text: str | None, finish: str = "stop", *, model: str = "", logprobs: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """An answer as vLLM gives it."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": finish,
                "logprobs": logprobs,
            }
        ],
        "usage": {"prompt_tokens": 3_100, "completion_tokens": 700, "total_tokens": 3_800},
    }


#: status, body and headers of what needs no model
_ANSWERS: Mapping[Behaviour, tuple[int, dict[str, Any], dict[str, str]]] = {
    "busy": (429, {"error": "busy"}, {"Retry-After": "3"}),
    "busy_long": (429, {"error": "busy"}, {"Retry-After": "9000"}),
    "down": (503, {"error": "starting"}, {}),
    "refused": (400, {"error": "no"}, {}),
    "fails": (500, {"error": "EngineCore encountered an issue"}, {}),
    "odd_end": (200, completion("x", "content_filter"), {}),
    "redirect": (307, {}, {"Location": "http://localhost:9/elsewhere"}),
    "other_shape": (200, {"choices": []}, {}),
    "no_text": (200, completion(None), {}),
    "compressed": (200, completion("x"), {"Content-Encoding": "gzip"}),
    "half_character": (200, completion("half \ud83d of it"), {}),
    "huge": (200, completion("word " * 2_000_000), {}),
}


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: pytest's output is for failures."""

        def do_GET(self) -> None:
            if not self._known():
                self._answer(401, {"error": "Unauthorized"})
            else:
                self._answer(*(server.models if self.path == "/v1/models" else (404, {})))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append(Asked({k.lower(): v for k, v in self.headers.items()}, body))
            try:
                self._behave(server.next(body), body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had enough

        def _behave(self, behaviour: Behaviour, body: bytes) -> None:
            if self.path != "/v1/chat/completions":
                self._answer(404, {"error": "no such path"})
            elif not self._known():
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
                self._reply(behaviour, body)

        def _reply(self, behaviour: Behaviour, body: bytes) -> None:
            try:
                answer = server.reply(body)
            except Wrong as wrong:
                self._answer(400, {"error": str(wrong)})
                return
            if behaviour == "cut_off":
                answer["choices"][0]["finish_reason"] = "length"
            written = json.dumps(answer).encode()
            self._send(200, written[: len(written) // 2] if behaviour == "half_json" else written)

        def _known(self) -> bool:
            return not server.key or self.headers.get("Authorization") == f"Bearer {server.key}"

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
