"""A stage that asks a language model: its documents wait while the server is away, and go on when it is back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from processors.local import ports
from tests.language_server import DIGEST, MODEL, LanguageServer, walking
from tests.live.asking_worker import PROMPTS
from tests.live.oracle import Oracle, upload
from tests.live.workers import Workers, workers
from tests.live_settings import make_installation
from tests.servers import Servers
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(700)]

#: A sample that is released without a person: an ad contract whose text layer is good.
RELEASED = Path(__file__).parents[2] / "samples" / "fcc-order.pdf"
COMMAND = (sys.executable, "-m", "tests.live.asking_worker")


def log(group: Workers) -> str:
    return (group.logs / "extract-0.log").read_text(errors="replace")


def test_documents_wait_for_the_server_and_none_is_lost(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    (port,) = ports.choose([None])  # it is bound twice: none that a client may be given meanwhile
    with LanguageServer(walking(), port=port) as before:
        extra = {"CHANCERY_LANGUAGE_URL": before.url, "CHANCERY_LANGUAGE_MODEL": MODEL}
    with workers(settings, command=COMMAND, extra=extra) as group, closing(Oracle(settings)) as oracle:
        documents = [upload(settings, f"{n}.pdf", RELEASED.read_bytes() + b"\n" * n) for n in range(3)]
        until(lambda: '"event": "paused"' in log(group), "extract says that it waits", seconds=240, pause=0.2)
        oracle.read()
        assert oracle.ends == {}
        with LanguageServer(walking(), port=port) as server:
            ends = oracle.wait(documents, seconds=240)
        asked = len(server.requests)
        codes = group.stop()
    assert [end.state for end in ends.values()] == ["result"] * 3
    for end in ends.values():
        step = {step.stage: step for step in end.event.data.provenance}["extract"]
        assert step.engine == f"Mistral-Small-3.2-24B-Instruct-2506 openai, {PROMPTS} answers"
        assert step.model_digest == DIGEST
    assert asked == PROMPTS * len(documents), "each document was asked about once"
    assert group.deaths == []
    assert codes["extract"] == 0
    assert "ConnectError" in log(group)


def test_a_worker_that_is_stopped_waits_for_no_answer(
    live: Servers, unused_prefixes: Iterator[str], tmp_path: Path
) -> None:
    settings = make_installation(live, next(unused_prefixes), tmp_path)
    with LanguageServer(walking()) as server:
        server.patience = 100.0
        server.then("slow")
        extra = {"CHANCERY_LANGUAGE_URL": server.url, "CHANCERY_LANGUAGE_MODEL": MODEL}
        before = ("intake", "ocr", "classify", "extract")
        with workers(settings, before, command=COMMAND, extra=extra) as group, closing(Oracle(settings)) as oracle:
            document = upload(settings, "slow.pdf", RELEASED.read_bytes())
            until(lambda: server.requests, "the model is asked", seconds=240)
            assert group.stop()["extract"] == 0, "before anybody has to kill it"
            oracle.read()
            assert oracle.ends == {}
        server.then("ok")
        after = ("extract", "publish")
        with workers(settings, after, command=COMMAND, extra=extra), closing(Oracle(settings)) as oracle:
            assert oracle.wait([document], seconds=240)[document].state == "result"
