"""The console alone, for one browser."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from processors.cli import app as cli
from processors.commands import console as command
from processors.commands.exits import CommandError, Exit
from processors.console import alone
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
