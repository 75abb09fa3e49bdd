"""The two hosts: alone, for one browser; inside Airflow, by rights there and a file of ours."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from processors.cli import app as cli
from processors.commands import console as command
from processors.commands.exits import CommandError, Exit
from processors.console import alone
from processors.console.users import Users, UsersInvalid, load
from tests.unit.console.conftest import ANN, HOSTILE, Site

PORT = 29999
BASE = f"http://127.0.0.1:{PORT}"


def _alone(site: Site) -> tuple[TestClient, alone.Keys]:
    keys = alone.Keys(PORT)
    app = alone.app(lambda: site.desk, ANN, keys)
    return TestClient(app, base_url=BASE, raise_server_exceptions=False), keys


def _enter(client: TestClient, keys: alone.Keys) -> None:
    assert client.get(keys.address.removeprefix(BASE)).status_code == 200


def test_without_the_address_no_page_is_shown(site: Site) -> None:
    client, _ = _alone(site)
    for path in ("/", "/flow", f"/documents/{site.entry(HOSTILE).id}"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert "chancery console" in answer.text
        assert HOSTILE[:8] not in answer.text


def test_the_address_lets_one_browser_in_once(site: Site) -> None:
    client, keys = _alone(site)
    answer = client.get(keys.address.removeprefix(BASE), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/").status_code == 200
    other = TestClient(client.app, base_url=BASE, raise_server_exceptions=False)
    assert other.get(keys.address.removeprefix(BASE)).status_code == 401
    assert other.get("/").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_another_word_lets_nobody_in(site: Site, token: str) -> None:
    client, keys = _alone(site)
    assert client.get("/enter", params={"token": token}).status_code == 401
    _enter(client, keys)


def test_a_cookie_of_ones_own_making_lets_nobody_in(site: Site) -> None:
    client, keys = _alone(site)
    client.cookies.set(keys.cookie, "made-up")
    assert client.get("/").status_code == 401


def test_a_name_that_was_made_to_lead_here_is_refused(site: Site) -> None:
    client, keys = _alone(site)
    _enter(client, keys)
    assert client.get("/", headers={"host": f"evil.example:{PORT}"}).status_code == 400


def test_the_command_needs_a_stack_and_a_free_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANCERY_HOME", str(tmp_path))
    done = CliRunner().invoke(cli, ["console"])
    assert done.exit_code == Exit.UNAVAILABLE
    assert "chancery up" in done.output
    done = CliRunner().invoke(cli, ["console", "--agency", "Not An Agency"])
    assert done.exit_code == Exit.USAGE
    with command._listening(0) as taken, pytest.raises(CommandError, match="is taken"):
        command._listening(taken.getsockname()[1])


# Inside Airflow


def _file(folder: Path, told: object) -> Path:
    file = folder / "users.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return file


def test_people_see_what_the_file_says_and_others_nothing(tmp_path: Path) -> None:
    users = Users(_file(tmp_path, {"ann": ["justice", "tax-office"], "olga": "*", "zoe": []}))
    assert users.agencies_of("ann") == frozenset({"justice", "tax-office"})
    assert users.agencies_of("olga") is None
    assert users.agencies_of("zoe") == users.agencies_of("Ann") == users.agencies_of("") == frozenset()
    assert Users(None).agencies_of("ann") == frozenset()


def test_who_is_taken_out_sees_nothing_from_then_on(tmp_path: Path) -> None:
    users = Users(_file(tmp_path, {"ann": "*"}))
    assert users.agencies_of("ann") is None
    _file(tmp_path, {})
    assert users.agencies_of("ann") == frozenset()


@pytest.mark.parametrize(
    "told",
    ["", "[", "[]", {"ann": "justice"}, {"ann": ["Justice"]}, {"ann": [1]}, {"ann": None}, {"ann": ["*"]}],
    ids=str,
)
def test_a_file_that_cannot_be_used_shows_nobody_anything(tmp_path: Path, told: object) -> None:
    file = _file(tmp_path, told)
    with pytest.raises(UsersInvalid, match=re.escape(str(file))):
        load(file)
    assert Users(file).agencies_of("ann") == frozenset()
    assert Users(tmp_path / "missing.json").agencies_of("ann") == frozenset()
