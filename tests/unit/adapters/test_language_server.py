"""The client of a language model, against a server that keeps to grammars, and misbehaves in every way."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.adapters import language_protocol as protocol
from processors.adapters.language_server import LanguageServer, from_settings
from processors.adapters.model_server import OPEN_AFTER, OPEN_SECONDS
from processors.config import load
from processors.errors import DependencyUnavailable, StageFailed
from processors.stage import Completion
from processors.variables import SettingInvalid
from tests import language_server as local
from tests.language_server import MODEL, Behaviour, Request, Said, completion, saying, walking
from tests.prompts import WORDS, prompt
from tests.unit.adapters.test_vision_model import Time

KEY = "k-very-secret-0815"
BASE = {"CHANCERY_LANGUAGE_URL": "http://gpu-1:8000/v1", "CHANCERY_LANGUAGE_MODEL": MODEL}


@pytest.fixture
def server() -> Iterator[local.LanguageServer]:
    with local.LanguageServer(walking(), key=KEY) as running:
        yield running


@pytest.fixture
def at() -> Time:
    return Time()


def model_of(server: local.LanguageServer, at: Time, *, digest: str = "", at_once: int = 8) -> LanguageServer:
    return LanguageServer(
        server.url,
        MODEL,
        key=KEY,
        seconds=30.0,
        at_once=at_once,
        digest=digest,
        clock=at.clock,
        sleep=at.sleep,
    )


def value(said: Completion) -> str | None:
    answer: str | None = json.loads(said.untrusted_text)["total"]
    return answer


def test_answers_are_sentences_of_the_grammar(server: local.LanguageServer, at: Time, tmp_path: Path) -> None:
    """The server has checked the whole request before it spoke."""
    model = model_of(server, at)
    said = model.complete([prompt(tmp_path, f"fields-{n}", text=f"Which total? {n}") for n in range(20)])
    assert all(one.finished for one in said)
    values = [value(one) for one in said]
    assert len(set(values)) > 5
    assert all(one is None or one in " ".join(WORDS) for one in values)
    # One byte is one token here: the letters of "Łódź" come together again, and the end has no figure.
    assert all("".join(text for text, _ in one.tokens) == one.untrusted_text for one in said)
    assert any(len(one.tokens) > len(one.untrusted_text) for one in said)
    assert all(figure <= 0 for one in said for _, figure in one.tokens)
    assert model.name == "Mistral-Small-3.2-24B-Instruct-2506 openai"
    assert model.digest == local.DIGEST
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_answers_come_in_the_order_of_the_prompts(at: Time, tmp_path: Path) -> None:
    def echo(request: Request) -> Said:
        number = int(request.messages[-1]["content"])
        time.sleep(0.02 * (9 - number % 10))
        return Said([(str(number).encode(), -0.5)])

    with local.LanguageServer(echo) as server:
        model = LanguageServer(server.url, MODEL, at_once=4)
        numbers = [
            prompt(tmp_path, str(n), text=str(n), grammar="%llguidance {}\nstart: /[0-9]+/") for n in range(40)
        ]
        assert [one.untrusted_text for one in model.complete(numbers)] == [str(n) for n in range(40)]
        assert 1 < server.most_at_once <= 4
    assert model.complete([]) == []


def test_the_limit_of_tokens_leaves_a_part(server: local.LanguageServer, at: Time, tmp_path: Path) -> None:
    (said,) = model_of(server, at).complete([prompt(tmp_path, most_tokens=9)])
    assert not said.finished
    assert said.untrusted_text == '{"total":'


@pytest.mark.parametrize("passing", ["busy", "down", "hang_up"])
def test_what_passes_is_tried_again(
    server: local.LanguageServer, at: Time, tmp_path: Path, passing: Behaviour
) -> None:
    server.then(passing, passing, "ok")
    assert model_of(server, at).complete([prompt(tmp_path)])[0].finished
    assert at.slept == ([3.0, 3.0] if passing == "busy" else [0.5, 1.0])


def test_no_pause_goes_beyond_the_deadline(server: local.LanguageServer, at: Time, tmp_path: Path) -> None:
    server.then("busy_long")
    with pytest.raises(DependencyUnavailable, match="language server: status 429"):
        model_of(server, at).complete([prompt(tmp_path)])
    assert at.slept == []


@pytest.mark.parametrize("behaviour", ["slow", "drip"])
def test_the_deadline_is_a_bound_on_all_of_it(
    server: local.LanguageServer, tmp_path: Path, behaviour: Behaviour
) -> None:
    model = LanguageServer(server.url, MODEL, key=KEY, seconds=0.4, at_once=4)
    model._known = True  # or asking who it is would be under the same deadline
    server.patience = 60.0 if behaviour == "slow" else 0.05
    server.then(behaviour)
    began = time.monotonic()
    with pytest.raises(DependencyUnavailable, match=r"no answer in 0\.4 s"):
        model.complete([prompt(tmp_path, str(n)) for n in range(4)])
    assert 0.4 <= time.monotonic() - began < 30.0


def test_what_is_given_up_ends_at_once(server: local.LanguageServer, tmp_path: Path) -> None:
    model = LanguageServer(server.url, MODEL, key=KEY, at_once=2)
    model.identify()
    server.patience = 60.0
    server.then("slow")
    timer = threading.Timer(0.5, model.give_up)
    timer.start()
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(DependencyUnavailable, match="given up"):
            model.complete([prompt(tmp_path, str(n)) for n in range(4)])
    assert time.monotonic() - began < 20
    assert len(server.requests) <= 2
    timer.join()


def test_a_document_of_many_prompts_has_more_time(server: local.LanguageServer, tmp_path: Path) -> None:
    server.patience = 0.6
    server.then("slow")
    model = LanguageServer(server.url, MODEL, key=KEY, seconds=3.0, at_once=1)
    assert len(model.complete([prompt(tmp_path, str(n)) for n in range(6)])) == 6


#: how a server that is ill answers everything -> what is said of it
ILL: list[tuple[Behaviour, str]] = [
    ("garbage", "no chat completion"),
    ("half_json", "no chat completion"),
    ("other_shape", "no chat completion"),
    ("no_text", "no text"),
    ("odd_end", "stopped for a reason"),
    ("huge", "too large"),
    ("endless", "too large"),
    ("compressed", "compressed"),
    ("redirect", "status 307"),
    ("refused", "status 400"),
    ("fails", "status 500"),
    ("half_character", "ignores the grammar"),
]


@pytest.mark.parametrize(("behaviour", "message"), ILL)
def test_a_server_that_is_ill_makes_the_stage_wait(
    server: local.LanguageServer, at: Time, tmp_path: Path, behaviour: Behaviour, message: str
) -> None:
    server.then(behaviour)
    with pytest.raises(DependencyUnavailable, match=f"language server: .*{message}") as told:
        model_of(server, at).complete([prompt(tmp_path)])
    assert told.value.blame == "dependency"
    assert at.slept == []


@pytest.mark.parametrize(
    "behaviour", ["garbage", "half_json", "other_shape", "no_text", "odd_end", "refused", "fails", "half_character"]
)
def test_a_document_that_a_server_cannot_do_holds_up_no_other(
    server: local.LanguageServer, at: Time, tmp_path: Path, behaviour: Behaviour
) -> None:
    server.marked["POISON"] = behaviour
    model = model_of(server, at)
    for _ in range(OPEN_AFTER + 2):
        with pytest.raises(StageFailed) as told:
            model.complete([prompt(tmp_path, "good"), prompt(tmp_path, "bad", text="POISON")])
        assert told.value.detail.startswith("language server: ")
        assert "POISON" not in told.value.detail
        assert model.complete([prompt(tmp_path, "good")])[0].finished


def test_a_server_that_ignores_grammars_is_named_and_never_believed(at: Time, tmp_path: Path) -> None:
    with local.LanguageServer(saying('{"total":"a million"}'), key=KEY) as server:
        model = model_of(server, at)
        with pytest.raises(DependencyUnavailable, match="ignores the grammar"):
            model.complete([prompt(tmp_path)])
        with pytest.raises(DependencyUnavailable, match="ignores the grammar"):
            model.try_grammar()


def test_a_server_that_keeps_to_grammars_is_known_by_a_trial(server: local.LanguageServer, at: Time) -> None:
    model_of(server, at).try_grammar()
    assert len(server.requests) == 1


def test_a_dead_server_is_left_alone_and_found_again(
    server: local.LanguageServer, at: Time, tmp_path: Path
) -> None:
    model = model_of(server, at)
    model.complete([prompt(tmp_path)])
    server.then("down")
    server.models = (503, {})
    for _ in range(OPEN_AFTER):
        with pytest.raises(DependencyUnavailable, match="status 503"):
            model.complete([prompt(tmp_path)])
    came = len(server.requests)
    server.then("ok")
    server.models = (200, {"data": [{"id": MODEL}]})
    with pytest.raises(DependencyUnavailable, match="not asked"):
        model.complete([prompt(tmp_path)])
    assert len(server.requests) == came
    at.now += OPEN_SECONDS
    assert model.complete([prompt(tmp_path)])[0].finished


def test_nobody_there(at: Time, tmp_path: Path) -> None:
    with local.LanguageServer(walking()) as gone:
        pass
    with pytest.raises(DependencyUnavailable, match="ConnectError"):
        LanguageServer(f"http://127.0.0.1:{gone.port_taken}/v1", MODEL, sleep=at.sleep).complete([prompt(tmp_path)])
    assert at.slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"data": [{"id": "another"}]}), "CHANCERY_LANGUAGE_MODEL"),
        ((200, {"data": []}), "CHANCERY_LANGUAGE_MODEL"),
        ((200, {"data": 7}), "list of models"),
        ((200, []), "list of models"),
        ((200, {"data": [{"id": [1]}]}), "list of models"),
        ((404, {}), "status 404"),
        ((400, {}), "status 400"),
        ((200, {"data": [{"id": MODEL, "digest": "f" * 64}]}), "CHANCERY_LANGUAGE_DIGEST"),
        ((200, {"data": [{"id": MODEL, "digest": f"sha256:{'f' * 64}"}]}), "CHANCERY_LANGUAGE_DIGEST"),
    ],
)
def test_another_model_is_not_asked(
    server: local.LanguageServer, at: Time, tmp_path: Path, answer: tuple[int, object], message: str
) -> None:
    server.models = answer
    with pytest.raises(DependencyUnavailable, match=message):
        model_of(server, at, digest=local.DIGEST).complete([prompt(tmp_path)])
    assert server.requests == []


@pytest.mark.parametrize("told", [None, "", "latest", 7, "f" * 63])
def test_a_server_that_tells_no_digest_is_believed(
    server: local.LanguageServer, at: Time, tmp_path: Path, told: object
) -> None:
    server.models = (200, {"data": [{"id": MODEL, "digest": told}]})
    model = model_of(server, at, digest=local.DIGEST)
    assert model.complete([prompt(tmp_path)])
    assert model.digest == ""


@pytest.mark.parametrize(
    ("messages", "grammar", "most_tokens"),
    [
        (b"", b"", 10),
        (b"[]", b"", 10),
        (b"{}", b"", 10),
        (b'[{"role": "tool", "content": "x"}]', b"", 10),
        (b'[{"role": "user", "content": [1]}]', b"", 10),
        (b'[{"role": "user", "content": "x", "more": 1}]', b"", 10),
        (b"[" * 100_000, b"", 10),
        (None, b"\xff", 10),
        (None, b'%llguidance {}\nstart: "a" nothing', 10),
        (None, b"%llguidance {}\nstart: ((", 10),
        (None, None, 0),
        (None, None, 16_385),
        (b" " * (protocol.MOST_ASKED + 1), None, 10),
        (None, b" " * (protocol.MOST_ASKED + 1), 10),
    ],
)
def test_a_prompt_that_is_none_is_the_stages_fault(
    server: local.LanguageServer,
    at: Time,
    tmp_path: Path,
    messages: bytes | None,
    grammar: bytes | None,
    most_tokens: int,
) -> None:
    one = prompt(tmp_path, most_tokens=most_tokens)
    if messages is not None:
        one.messages.write_bytes(messages)
    if grammar is not None:
        one.grammar.write_bytes(grammar)
    with pytest.raises(StageFailed):
        model_of(server, at).complete([one])


def test_half_a_character_in_a_prompt_can_still_be_sent(
    server: local.LanguageServer, at: Time, tmp_path: Path
) -> None:
    one = prompt(tmp_path)
    one.messages.write_text(json.dumps([{"role": "user", "content": "half \ud83d of it"}]))
    assert model_of(server, at).complete([one])[0].finished
    assert "half ? of it" in server.requests[-1].body.decode()


def test_key_and_text_stay_out_of_errors_and_logs(
    server: local.LanguageServer, at: Time, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    model = model_of(server, at)
    model.complete([prompt(tmp_path)])
    said = ""
    for behaviour in ("half_json", "refused", "half_character", "down"):
        server.then(behaviour)
        with pytest.raises(DependencyUnavailable) as told:
            model.complete([prompt(tmp_path)])
        said += f"{told.value} {told.value.__cause__!r} {told.value.__context__!r}"
        at.now += OPEN_SECONDS
    with local.LanguageServer(saying("Gross total of a million")) as liar:
        with pytest.raises(DependencyUnavailable) as lied:
            model_of(liar, at).complete([prompt(tmp_path)])
        said += f"{lied.value} {lied.value.__context__!r}"
    said += f"{caplog.text} {model!r}"
    assert KEY not in said
    assert "Gross" not in said
    assert "half " not in said


def test_the_environment_names_no_proxy(
    server: local.LanguageServer, at: Time, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert model_of(server, at).complete([prompt(tmp_path)])


def test_threads_may_share_it(server: local.LanguageServer, tmp_path: Path) -> None:
    model = LanguageServer(server.url, MODEL, key=KEY)
    said: list[str] = []
    same = prompt(tmp_path)

    def ask() -> None:
        said.extend(one.untrusted_text for one in model.complete([same]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == 4
    assert len(set(said)) == 1


def entry(token: str, figure: object = -0.5, spelt: object = None) -> dict[str, object]:
    return {"token": token, "logprob": figure, "bytes": spelt}


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        ([entry("ab"), entry("c")], (("ab", -0.5), ("c", -0.5))),
        ([entry("ab"), entry("c"), entry("</s>")], (("ab", -0.5), ("c", -0.5))),
        ([entry("ab"), entry("c</s>")], (("ab", -0.5), ("c", -0.5))),
        ([entry("�", spelt=[97]), entry("?", spelt=[98, 99])], (("a", -0.5), ("bc", -0.5))),
        ([entry("abc", 0.0000001)], (("abc", 0.0),)),
        ([entry("ab"), entry("x")], ()),
        ([entry("ab")], ()),
        ([entry(" abc")], ()),
        ([entry("abc", float("nan"))], ()),
        ([entry("abc", float("-inf"))], ()),
        ([entry("abc", None)], ()),
        ([entry("abc", "much")], ()),
        ([entry("abc", spelt=[300])], ()),
        ([entry("abc", spelt=["a"])], ()),
        ([{"token": "abc"}], ()),
        ([7], ()),
        (7, ()),
        (None, ()),
    ],
)
def test_figures_that_do_not_spell_the_text_are_left_out(content: object, tokens: object) -> None:
    body = json.dumps(completion("abc", logprobs={"content": content})).encode()
    assert protocol.answer(body).tokens == tokens


def test_a_cut_in_a_character_leaves_no_sign_that_nobody_printed() -> None:
    content = [entry("a"), entry("", spelt=[0xC5])]
    body = json.dumps(completion("a�", "length", logprobs={"content": content})).encode()
    assert protocol.answer(body) == Completion("a", (("a", -0.5),), finished=False)
    whole = json.dumps(completion("a�")).encode()
    assert protocol.answer(whole).untrusted_text == "a�"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"[" * 100_000, b"\xff\xfe", b'{"choices": {}}', b'{"choices": [7]}']
)
def test_an_answer_of_another_shape_is_none(body: bytes) -> None:
    with pytest.raises(protocol.NoAnswer):
        protocol.answer(body)
    with pytest.raises(protocol.NoAnswer):
        protocol.digests(body)


def test_off_by_default() -> None:
    assert from_settings(load({})) is None


def test_settings_make_a_model() -> None:
    model = from_settings(load({**BASE, "CHANCERY_LANGUAGE_KEY": KEY}))
    assert model is not None
    assert model.name == "Mistral-Small-3.2-24B-Instruct-2506 openai"
    assert KEY not in repr(model)


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"CHANCERY_LANGUAGE_MODEL": ""}, "CHANCERY_LANGUAGE_MODEL"),
        ({"CHANCERY_LANGUAGE_URL": ""}, "CHANCERY_LANGUAGE_URL"),
        ({"CHANCERY_LANGUAGE_URL": "gpu-1:8000/v1"}, "CHANCERY_LANGUAGE_URL"),
        ({"CHANCERY_LANGUAGE_URL": f"http://me:{KEY}@gpu-1/v1"}, "CHANCERY_LANGUAGE_URL"),
        ({"CHANCERY_LANGUAGE_KEY": f"{KEY}\nX-More: 1"}, "CHANCERY_LANGUAGE_KEY"),
        ({"CHANCERY_LANGUAGE_SECONDS": "0"}, "CHANCERY_LANGUAGE_SECONDS"),
        ({"CHANCERY_LANGUAGE_AT_ONCE": "0"}, "CHANCERY_LANGUAGE_AT_ONCE"),
        ({"CHANCERY_LANGUAGE_DIGEST": "F" * 64}, "CHANCERY_LANGUAGE_DIGEST"),
        ({"CHANCERY_LANGUAGE_DIGEST": "f" * 63}, "CHANCERY_LANGUAGE_DIGEST"),
    ],
)
def test_settings_that_cannot_be_used_are_named(changed: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingInvalid) as told:
        from_settings(load({**BASE, **changed}))
    assert str(told.value).startswith(f"{variable}=")
    assert KEY not in str(told.value)
