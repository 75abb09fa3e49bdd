"""Setting up servers of others: what is asked for is made, in an order that holds, with secrets from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.adapters import provision, worker_users
from processors.commands.exits import Exit
from tests.unit.commands.conftest import chancery


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    def users(where: str, user: str) -> object:
        return lambda _, secret: done.append(f"{where}: {user} = {secret(user)}")

    monkeypatch.setattr(provision, "create_topics", lambda _: done.append("topics"))
    monkeypatch.setattr(provision, "set_up_buckets", lambda _, arns: done.append(f"buckets {','.join(arns)}"))
    monkeypatch.setattr(worker_users, "make_in_kafka", users("kafka", "worker.ocr"))
    monkeypatch.setattr(worker_users, "make_in_store", users("store", "weights"))
    return done


def test_whoever_announces_is_known_before_the_inboxes(made: list[str], tmp_path: Path) -> None:
    (tmp_path / "worker.ocr").write_text("one\n")
    (tmp_path / "weights").write_text("two")
    folders = ("--kafka-users", str(tmp_path), "--store-users", str(tmp_path))
    done = chancery("provision", *folders, "--buckets", "--topics")
    assert done.exit_code == 0
    assert made == [
        "topics",
        "kafka: worker.ocr = one",
        "buckets arn:minio:sqs::CHANCERY:kafka",
        "store: weights = two",
    ]
    assert "one" not in done.output.split() and "two" not in done.output.split()


def test_what_is_not_asked_for_is_left_alone(made: list[str]) -> None:
    assert chancery("provision", "--buckets").exit_code == 0
    assert [one.split()[0] for one in made] == ["buckets"]


def test_nothing_to_do_is_a_mistake(made: list[str]) -> None:
    done = chancery("provision")
    assert done.exit_code == Exit.USAGE
    assert "--topics --buckets" in done.output
    assert made == []


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_secret_that_cannot_be_read_is_named_and_not_quoted(
    made: list[str], tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "worker.ocr").write_bytes(content)
    done = chancery("provision", "--kafka-users", str(tmp_path))
    assert done.exit_code == Exit.BAD_SETTING
    assert "must hold the secret of worker.ocr" in "".join(done.output.split("\n"))
    assert made == []
