"""The command line as a whole: help, laziness, exit codes."""

import importlib
import os
import subprocess
import sys

import pytest

from processors import config
from processors.cli import COMMANDS
from processors.commands import surroundings
from processors.commands.exits import CommandError, Exit
from processors.errors import ArtefactMissing, DependencyUnavailable
from processors.variables import SettingInvalid
from tests.unit.commands.conftest import chancery


def test_help_lists_every_command_and_every_exit_code() -> None:
    shown = chancery("--help")
    assert shown.exit_code == 0
    for name in COMMANDS:
        assert f" {name} " in shown.output
    for code in Exit:
        assert code.meaning in shown.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_file_and_help(name: str) -> None:
    assert callable(importlib.import_module(f"processors.commands.{name.replace('-', '_')}").run)
    shown = chancery(name, "--help")
    assert shown.exit_code == 0
    assert COMMANDS[name].split(",")[0].split(":")[0] in shown.output


def test_every_command_that_tells_something_speaks_json() -> None:
    for name in set(COMMANDS) - {"worker", "provision"}:
        assert "--json" in chancery(name, "--help").output


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = (
        "import sys; from processors.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'minio', 'kafka', 'pydantic', 'pypdfium2', 'PIL', 'onnxruntime'}\n"
        "sys.exit(sorted(heavy & set(sys.modules)).__repr__() if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("submit",), ("worker", "nonsense", "--slot", "0"), ("show",)]
)
def test_a_wrong_command_line_is_usage(arguments: tuple[str, ...]) -> None:
    assert chancery(*arguments).exit_code == Exit.USAGE


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("show", "ab"), ("results", "--agency", "justice"), ("submit", "f", "--agency", "justice")],
)
def test_without_a_stack_the_user_is_told_to_start_one(arguments: tuple[str, ...]) -> None:
    done = chancery(*arguments)
    assert done.exit_code == Exit.UNAVAILABLE
    assert "chancery up" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandError(Exit.NOT_FOUND, "no \u202edocument"), Exit.NOT_FOUND),
        (SettingInvalid("CHANCERY_X", "1", "2"), Exit.BAD_SETTING),
        (DependencyUnavailable("ledger"), Exit.UNAVAILABLE),
        (ArtefactMissing("bucket"), Exit.FAILED),
    ],
)
def test_errors_end_with_their_code_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: Exit
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(surroundings, "around", broken)
    done = chancery("status")
    assert done.exit_code == code
    assert done.stderr.startswith("chancery: ")
    assert "Traceback" not in done.output and "\u202e" not in done.output


@pytest.mark.parametrize("command", ["lines", "print"])
def test_a_reader_that_has_enough_is_no_failure(command: str) -> None:
    code = (
        "import sys\n"
        "from processors.commands import status, screen\n"
        "from processors import cli\n"
        "def lines():\n"
        "    for n in range(9999): screen.line({'n': n})\n"
        "def table():\n"
        "    for n in range(9999): screen.out().print('x' * 70)\n"
        "status.run = {'print': table}.get(sys.argv.pop(), lines)\n"
        "sys.argv[1:] = ['status']\n"
        "cli.main()"
    )
    read, write = os.pipe()
    child = subprocess.Popen([sys.executable, "-c", code, command], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert len(os.read(read, 8)) == 8
    os.close(read)
    _, complaint = child.communicate(timeout=60)
    assert (child.returncode, complaint) == (0, b"")


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANCERY_LOCK_DAYS", "soon")
    done = chancery("status")
    assert done.exit_code == Exit.BAD_SETTING
    assert "CHANCERY_LOCK_DAYS" in done.stderr


def test_servers_named_in_the_environment_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANCERY_KAFKA", "kafka:9092")
    monkeypatch.setenv("CHANCERY_S3", "s3:9000")
    monkeypatch.setenv("CHANCERY_S3_ACCESS_KEY", "key")
    monkeypatch.setenv("CHANCERY_S3_SECRET_KEY", "secret")
    settings, local = surroundings.reached()
    assert (settings.kafka, settings.s3.endpoint, local) == ("kafka:9092", "s3:9000", False)
    assert settings.home == config.load().home


@pytest.mark.parametrize("code", [0, Exit.TRY_AGAIN])
def test_a_worker_runs_with_the_settings_and_ends_with_its_code(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    from processors.runtime import main

    calls: list[tuple[object, ...]] = []

    def run(*arguments: object, lanes: str) -> int:
        calls.append((*arguments, lanes))
        return code

    monkeypatch.setattr(main, "run", run)
    for lanes in ((), ("--lanes", "live")):
        done = chancery("worker", "ocr", "--slot", "1", *lanes)
        assert done.exit_code == code, done.output
    assert calls == [("ocr", 1, config.load(), "all"), ("ocr", 1, config.load(), "live")]
