"""What Airflow keeps in the stack's home: secrets that are made once, and variables that shut it in."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from processors.config import DAGS
from processors.local.airflow_home import USERS, AirflowHome
from processors.people import People


def test_secrets_are_made_once_and_nobody_else_can_read_them(tmp_path: Path) -> None:
    first = AirflowHome(tmp_path)
    passwords = {user: first.password(user) for user in USERS}
    assert len(set(passwords.values())) == len(USERS)
    assert all(len(password) >= 40 for password in passwords.values())
    environment = first.environment(1)
    assert len(base64.urlsafe_b64decode(environment["AIRFLOW__CORE__FERNET_KEY"])) == 32
    assert len(environment["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64

    again = AirflowHome(tmp_path)
    assert {user: again.password(user) for user in USERS} == passwords
    assert again.environment(1) == environment
    assert {file.name: file.stat().st_mode & 0o777 for file in first.folder.iterdir()} == {
        "passwords.json": 0o600, "keys.json": 0o600, "console-users.json": 0o600,
    }  # fmt: skip
    assert first.folder.stat().st_mode & 0o777 == 0o700
    assert AirflowHome(tmp_path / "other").environment(1) != environment


def test_a_user_who_is_new_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    first = AirflowHome(tmp_path)
    there = json.loads(first.passwords_file.read_text())
    del there["grace"]
    first.passwords_file.write_text(json.dumps(there))
    again = AirflowHome(tmp_path)
    assert again.password("grace")
    assert again.password("ada") == there["ada"]


def test_who_sees_what_in_the_console_may_be_changed(tmp_path: Path) -> None:
    place = AirflowHome(tmp_path).console_users
    people = People(place)
    assert {user for user in USERS if people.agencies_of(user) is None} == {*USERS}
    assert {user for user in USERS if not people.why_not(user, None)} == {"admin", "ada", "grace"}
    place.write_text('{"ruth": ["alpha"]}')
    assert json.loads(AirflowHome(tmp_path).console_users.read_text()) == {"ruth": ["alpha"]}


def test_a_file_from_before_operators_were_named_names_them_and_another_stays(tmp_path: Path) -> None:
    place = AirflowHome(tmp_path).console_users
    new = place.read_text()
    place.write_text(json.dumps(dict.fromkeys(USERS, "*"), indent=1))
    assert AirflowHome(tmp_path).console_users.read_text() == new
    changed = json.dumps(dict.fromkeys(USERS, "*") | {"vera": ["alpha"]}, indent=1)
    place.write_text(changed)
    assert AirflowHome(tmp_path).console_users.read_text() == changed


def test_airflow_listens_and_looks_on_this_machine_alone(tmp_path: Path) -> None:
    variables = AirflowHome(tmp_path).environment(29080)
    assert variables["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:29080/execution/"
    assert variables["AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK"] == "False"
    assert variables["AIRFLOW__CORE__DAGS_FOLDER"] == str(DAGS)
    assert {"admin:admin", "ada:op", "grace:op"} < set(
        variables["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].split(",")
    )
