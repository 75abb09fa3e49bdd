"""The client of a model that sees, against a server that speaks the protocol, and misbehaves in every way."""

from __future__ import annotations

import io
import json
import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from inspect import getmembers, isclass

import httpx
import pytest
from PIL import Image, ImageDraw

from processors.adapters import vision_protocol
from processors.adapters.model_server import (
    FAILURES,
    OPEN_AFTER,
    OPEN_SECONDS,
    ModelServer,
    retry_after,
)
from processors.adapters.vision_model import VisionModel, from_settings
from processors.config import load
from processors.errors import DependencyUnavailable
from processors.variables import SettingInvalid
from tests.vision_server import MODEL, Behaviour, VisionServer, completion, fingerprint, known

KEY = "k-very-secret-0815"
TEXT = "Gross total 23.40\nInvoice № 7"
BASE = {"CHANCERY_VISION_URL": "http://gpu-1:8000/v1", "CHANCERY_VISION_MODEL": MODEL}


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 50.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(scope="module")
def picture() -> bytes:
    image = Image.new("L", (400, 120), 255)
    ImageDraw.Draw(image).text((20, 40), "Gross total 23.40", fill=0)
    png = io.BytesIO()
    image.save(png, format="PNG")
    return png.getvalue()


@pytest.fixture
def server(picture: bytes) -> Iterator[VisionServer]:
    with VisionServer(known({fingerprint(Image.open(io.BytesIO(picture))): TEXT}), key=KEY) as running:
        yield running


@pytest.fixture
def at() -> Time:
    return Time()


def model_of(server: VisionServer, at: Time, seconds: float = 30.0, key: str = KEY) -> VisionModel:
    return VisionModel(server.url, MODEL, key=key, seconds=seconds, clock=at.clock, sleep=at.sleep)


def test_it_reads_what_stands_on_the_picture(server: VisionServer, at: Time, picture: bytes) -> None:
    """The server has checked the whole request before it looked at the pixels."""
    model = model_of(server, at)
    assert model.read(picture) == TEXT
    assert model.name == "vision Mistral-Small-3.2-24B-Instruct-2506"
    assert at.slept == []
    assert server.requests[0].headers["accept-encoding"] == "identity"
    asked = json.loads(server.requests[0].body)
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == (MODEL, 0, vision_protocol.MOST_TOKENS)
    assert "never an instruction" in asked["messages"][0]["content"]


def test_a_slash_at_the_end_of_the_address_does_no_harm(server: VisionServer, picture: bytes) -> None:
    assert VisionModel(server.url + "/", MODEL, key=KEY).read(picture) == TEXT


@pytest.mark.parametrize("passing", ["busy", "down", "hang_up"])
def test_what_passes_is_tried_again(server: VisionServer, at: Time, picture: bytes, passing: Behaviour) -> None:
    server.then(passing, passing, "ok")
    assert model_of(server, at).read(picture) == TEXT
    assert at.slept == ([3.0, 3.0] if passing == "busy" else [0.5, 1.0])
    assert len(server.requests) == 3


def test_tries_are_bounded(server: VisionServer, at: Time, picture: bytes) -> None:
    server.then("down")
    with pytest.raises(DependencyUnavailable, match="status 503"):
        model_of(server, at).read(picture)
    assert at.slept == [0.5, 1.0, 2.0]
    assert len(server.requests) == 4


def test_no_pause_goes_beyond_the_deadline(server: VisionServer, at: Time, picture: bytes) -> None:
    server.then("busy_long")
    with pytest.raises(DependencyUnavailable, match="status 429"):
        model_of(server, at).read(picture)
    assert at.slept == []
    server.then("down")
    with pytest.raises(DependencyUnavailable, match="status 503"):
        model_of(server, at, seconds=1.4).read(picture)
    assert at.slept == [0.5]


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("garbage", "no chat completion"),
        ("other_shape", "no chat completion"),
        ("no_text", "no text"),
        ("cut_off", "did not finish"),
        ("huge", "too large"),
        ("endless", "too large"),
        ("redirect", "status 307"),
        ("refused", "status 400"),
        ("compressed", "compressed"),
    ],
)
def test_what_cannot_be_used_is_not_tried_again(
    server: VisionServer, at: Time, picture: bytes, behaviour: Behaviour, message: str
) -> None:
    server.then(behaviour)
    with pytest.raises(DependencyUnavailable, match=message):
        model_of(server, at).read(picture)
    assert len(server.requests) == 1
    assert at.slept == []


@pytest.mark.parametrize("behaviour", ["slow", "drip"])
def test_the_deadline_is_a_bound_on_all_of_it(server: VisionServer, picture: bytes, behaviour: Behaviour) -> None:
    server.patience = 60.0 if behaviour == "slow" else 0.05  # a byte now and then would keep a read timeout away
    server.then(behaviour)
    began = time.monotonic()
    with pytest.raises(DependencyUnavailable, match=r"no answer in 0\.4 s"):
        VisionModel(server.url, MODEL, key=KEY, seconds=0.4).read(picture)
    assert 0.4 <= time.monotonic() - began < 30.0


def test_half_a_character_can_still_be_written(server: VisionServer, at: Time, picture: bytes) -> None:
    server.then("half_character")
    assert model_of(server, at).read(picture).encode("utf-8") == b"half ? of it"


def test_a_dead_server_is_asked_a_few_times_and_found_again(server: VisionServer, at: Time, picture: bytes) -> None:
    model = model_of(server, at)
    server.then("refused")
    for _ in range(OPEN_AFTER + 5):
        with pytest.raises(DependencyUnavailable):
            model.read(picture)
    assert len(server.requests) == OPEN_AFTER
    server.then("ok")
    with pytest.raises(DependencyUnavailable, match="not asked"):
        model.read(picture)
    at.now += OPEN_SECONDS
    assert model.read(picture) == TEXT
    assert model.read(picture) == TEXT


def test_pages_that_it_cannot_read_do_not_make_it_dead(server: VisionServer, at: Time, picture: bytes) -> None:
    model = model_of(server, at)
    server.then("cut_off")
    for _ in range(OPEN_AFTER + 2):
        with pytest.raises(DependencyUnavailable, match="did not finish"):
            model.read(picture)
    server.then("ok")
    assert model.read(picture) == TEXT


def test_nobody_there(at: Time, picture: bytes) -> None:
    with VisionServer(known({})) as gone:
        url = gone.url
    with pytest.raises(DependencyUnavailable, match="ConnectError"):
        VisionModel(url, MODEL, clock=at.clock, sleep=at.sleep).read(picture)
    assert at.slept == [0.5, 1.0, 2.0]


def test_key_and_text_stay_out_of_errors_and_logs(
    server: VisionServer, at: Time, picture: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = model_of(server, at)
    assert model.read(picture) == TEXT
    server.then("cut_off")
    with pytest.raises(DependencyUnavailable) as told:
        model.read(picture)
    with pytest.raises(DependencyUnavailable, match="status 401") as refused:
        model_of(server, at, key="another").read(picture)
    said = f"{caplog.text} {model!r} {model} {told.value} {told.value.detail} {refused.value}"
    assert KEY not in said
    assert "Gross" not in said
    assert all("Gross" not in repr(e) for e in (told.value.__cause__, told.value.__context__))


def test_the_environment_names_no_proxy(
    server: VisionServer, at: Time, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert model_of(server, at).read(picture) == TEXT


def test_threads_may_share_it(server: VisionServer, picture: bytes) -> None:
    model = VisionModel(server.url, MODEL, key=KEY)
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(model.read(picture))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert said == [TEXT] * 4


CLASSES = sorted({c for _, c in getmembers(httpx, isclass) if issubclass(c, Exception)}, key=lambda c: c.__name__)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_of_the_client_is_one_of_ours(
    cls: type[Exception], at: Time, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bytes:
        raise cls.__new__(cls)

    assert issubclass(cls, FAILURES)
    monkeypatch.setattr(ModelServer, "_send", fail)
    with pytest.raises(DependencyUnavailable, match=cls.__name__):
        VisionModel("http://gpu-1/v1", MODEL, clock=at.clock, sleep=at.sleep).read(picture)


def test_there_are_classes_to_translate() -> None:
    assert len(CLASSES) > 20


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"\xff\xfe",
        json.dumps({"choices": {}}).encode(),
        json.dumps({"choices": [[]]}).encode(),
        json.dumps({"choices": [{"finish_reason": "stop"}]}).encode(),
        json.dumps(completion("x", finish="tool_calls")).encode(),
        json.dumps(
            completion("x") | {"choices": [{"finish_reason": "stop", "message": {"content": [1]}}]}
        ).encode(),
    ],
)
def test_an_answer_of_another_shape_is_none(body: bytes) -> None:
    with pytest.raises(DependencyUnavailable):
        vision_protocol.answer(body)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0), ("7", 7), ("-7", 0), ("soon", 0), ("1.5", 0), ("9" * 400, 999_999_999), ("٣", 0), ("0 0 0 0 0", 0)],
)
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds


def test_retry_after_as_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=100)
    assert 95 < retry_after(format_datetime(later, usegmt=True)) <= 100
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 -0000") == 0


def test_off_by_default() -> None:
    assert from_settings(load({})) is None


def test_settings_make_a_model() -> None:
    model = from_settings(load({**BASE, "CHANCERY_VISION_KEY": KEY, "CHANCERY_VISION_SECONDS": "9"}))
    assert model is not None
    assert model.name == "vision Mistral-Small-3.2-24B-Instruct-2506"
    assert KEY not in repr(model)


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"CHANCERY_VISION_MODEL": ""}, "CHANCERY_VISION_MODEL"),
        ({"CHANCERY_VISION_URL": ""}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "gpu-1:8000/v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "ftp://gpu-1/v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "file:///etc/passwd"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "http:///v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "http://gpu-1:eight/v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "http://gpu-1:99999/v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": f"http://{'g' * 70}/v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": "http://gpu-1/v1?x=1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_URL": f"http://me:{KEY}@gpu-1/v1"}, "CHANCERY_VISION_URL"),
        ({"CHANCERY_VISION_KEY": f"{KEY}\nX-More: 1"}, "CHANCERY_VISION_KEY"),
        ({"CHANCERY_VISION_KEY": f"{KEY}é"}, "CHANCERY_VISION_KEY"),
    ],
)
def test_settings_that_cannot_be_used_are_named(changed: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingInvalid) as told:
        from_settings(load({**BASE, **changed}))
    assert str(told.value).startswith(f"{variable}=")
    assert KEY not in str(told.value)


def test_the_machines_own_authorities_are_trusted(picture: bytes, at: Time) -> None:
    """A server without a certificate that they vouch for gets no page; here it speaks no TLS at all."""
    with VisionServer(known({})) as server:
        model = VisionModel(server.url.replace("http:", "https:"), MODEL, clock=at.clock, sleep=at.sleep)
        with pytest.raises(DependencyUnavailable, match="vision model: ConnectError"):
            model.read(picture)
        assert server.requests == []
