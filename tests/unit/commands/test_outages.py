"""A server that goes away while files are sent and waited for: no line is lost, and no id."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from processors.adapters import provision
from processors.commands import patience, submit
from processors.commands.exits import Exit
from processors.errors import ArtefactMissing, DependencyUnavailable
from processors.record.ledger import Ledger
from tests.unit.commands.conftest import Pipeline, chancery, file

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is asked for again at once."""
    monkeypatch.setattr(patience, "_PERIOD", 0.01)
    monkeypatch.setattr("processors.commands.waiting._PERIOD", 0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For outages that never end; where one ends, a busy machine may take its time."""
    monkeypatch.setattr(submit, "PATIENCE", 0.2)


def lines(done: Result) -> list[dict[str, Any]]:
    return [json.loads(text) for text in done.stdout.splitlines()]


def failing(call: Callable[..., Any], fails: Iterator[bool]) -> Callable[..., Any]:
    """The call, which a server does not answer as often as `fails` says."""

    def called(*arguments: Any, **named: Any) -> Any:
        if next(fails, False):
            raise DependencyUnavailable("object store: MaxRetryError")
        return call(*arguments, **named)

    return called


def test_a_short_outage_while_sending_is_waited_out(
    tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "put", failing(objects.put, iter([False, True, True])))
    given = [file(tmp_path, f"result-{number}") for number in range(3)]
    done = chancery("submit", *given, "--agency", "justice", "--json")
    assert done.exit_code == 0, done.output
    assert [(one["state"], one["file"]) for one in lines(done)] == [("sent", str(path)) for path in given]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("wait", [(), ("--wait",)])
def test_a_long_outage_gives_each_file_its_line_and_exit_4(
    tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch, wait: tuple[str, ...]
) -> None:
    put = objects.put

    def away_for_some(bucket: str, key: str, *arguments: Any, **named: Any) -> Any:
        if key == "review-1":
            raise DependencyUnavailable("object store: MaxRetryError")
        return put(bucket, key, *arguments, **named)

    monkeypatch.setattr(objects, "put", away_for_some)
    given = [file(tmp_path, f"review-{number}") for number in range(3)]
    done = chancery("submit", *given, "--agency", "justice", "--json", *wait)
    assert done.exit_code == Exit.UNAVAILABLE
    told = lines(done)
    assert [one["file"] for one in told] == [str(path) for path in given]
    assert (told[1]["state"], told[1]["reason"]) == ("error", "dependency_unavailable")
    for one in (told[0], told[2]):
        assert one["document_id"] and one["version_id"]
    assert "1 of 3 files" in done.stderr


@pytest.mark.usefixtures("impatient")
def test_people_are_told_too(tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "put", failing(objects.put, iter([True] * 99_999)))
    done = chancery("submit", file(tmp_path, "f"), "--agency", "justice")
    assert done.exit_code == Exit.UNAVAILABLE
    assert "send it again" in done.stderr


@pytest.mark.usefixtures("impatient")
def test_an_outage_before_the_first_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise DependencyUnavailable("kafka")

    monkeypatch.setattr(provision, "add_agency", away)
    done = chancery("submit", file(tmp_path, "review-1"), "--agency", "justice", "--json")
    assert done.exit_code == 0
    assert [one["state"] for one in lines(done)] == ["sent"]


def test_an_inbox_that_is_not_there(tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_bucket(*_: Any, **__: Any) -> None:
        raise ArtefactMissing("inbox-justice: NoSuchBucket")

    monkeypatch.setattr(objects, "put", no_bucket)
    done = chancery("submit", file(tmp_path, "a"), file(tmp_path, "b"), "--agency", "justice", "--json")
    assert done.exit_code == Exit.FAILED
    assert [one["reason"] for one in lines(done)] == ["there is no inbox inbox-justice"] * 2


def test_a_ledger_that_is_away_is_waited_for(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "entries", failing(ledger.entries, iter([True, True])))
    done = chancery("submit", file(tmp_path, "review-1"), "--agency", "justice", "--wait", "--json")
    assert done.exit_code == 0, done.output
    assert [one["state"] for one in lines(done)] == ["review"]


def test_a_ledger_that_stays_away_is_a_timeout_with_every_id(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "entries", failing(ledger.entries, iter([True] * 99_999)))
    given = file(tmp_path, "review-1"), file(tmp_path, "review-2")
    done = chancery("submit", *given, "--agency", "justice", "--wait", "--json", "--timeout", "0.1")
    assert done.exit_code == Exit.TIMED_OUT
    assert [(one["state"], bool(one["document_id"])) for one in lines(done)] == [("waiting", True)] * 2


@pytest.mark.parametrize(
    ("fails", "seconds", "code"), [(3, "60", 0), (99_999, "0.5", Exit.UNAVAILABLE)], ids=["ends", "never_ends"]
)
def test_a_result_is_waited_for_until_the_timeout(
    tmp_path: Path, objects: Pipeline, monkeypatch: pytest.MonkeyPatch, fails: int, seconds: str, code: int
) -> None:
    monkeypatch.setattr(objects, "read", failing(objects.read, iter([True] * fails)))
    given = file(tmp_path, "result-1"), file(tmp_path, "review-1")
    done = chancery("submit", *given, "--agency", "justice", "--wait", "--json", "--timeout", seconds)
    assert done.exit_code == code
    first, second = lines(done)
    assert second["state"] == "review"
    if code:
        assert (first["state"], first["reason"]) == ("error", "dependency_unavailable")
        assert first["document_id"] and first["version_id"]
    else:
        assert first["type"] == "chancery.result.released.v1"


@pytest.mark.parametrize("turn", ["put", "entries"])
def test_ctrl_c_loses_no_line(
    tmp_path: Path, objects: Pipeline, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, turn: str
) -> None:
    put = objects.put

    def stopped(*arguments: Any, **named: Any) -> Any:
        if turn == "entries" or "slow-2" in arguments:
            raise KeyboardInterrupt
        return put(*arguments, **named)

    monkeypatch.setattr(objects if turn == "put" else ledger, turn, stopped)
    given = file(tmp_path, "slow-1"), file(tmp_path, "slow-2")
    done = chancery("submit", *given, "--agency", "justice", "--wait", "--json")
    assert done.exit_code != 0
    assert all(one["document_id"] for one in lines(done))
    assert len(lines(done)) == (1 if turn == "put" else 2)
