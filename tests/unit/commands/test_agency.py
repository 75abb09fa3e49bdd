"""Agencies: credentials are shown once, or written where nobody else reads them."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from processors import config
from processors.adapters import tenants
from processors.adapters.tenants import Credential, Tenant
from processors.commands import keeping, surroundings
from processors.commands.exits import Exit
from processors.config import Settings
from processors.ports import Outgoing
from processors.runtime.codec import decode
from processors.server_settings import KafkaSecurity
from tests.unit.commands.conftest import chancery

MADE = (
    Credential("upload", "agency.tax.upload", "secret-one"),
    Credential("kafka", "agency.tax", "secret-two"),
)


class Kept(list[Outgoing]):
    """Where acts are recorded in place of Kafka."""

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""

    def write(self, record: Outgoing) -> None:
        self.append(record)

    def acts(self) -> list[tuple[str, str, str, str]]:
        """Act, thing, person and outcome of each record."""
        told = [decode(record.value).data for record in self]
        return [(one.act, one.thing, one.by, one.outcome) for one in told]


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    records = Kept()
    monkeypatch.setattr(keeping, "KafkaWriter", lambda *_: records)
    return records


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def add(_: Settings, name: str) -> tuple[Credential, ...]:
        first = f"add {name}" not in made
        made.append(f"add {name}")
        return MADE if first else ()

    def rotate(_: Settings, name: str) -> tuple[Credential, ...]:
        made.append(f"rotate {name}")
        return MADE

    monkeypatch.setattr(surroundings, "reached", lambda: (config.load({}), True))
    monkeypatch.setattr(tenants, "add", add)
    monkeypatch.setattr(tenants, "rotate", rotate)
    monkeypatch.setattr(tenants, "revoke", lambda _, name: made.append(f"revoke {name}"))
    monkeypatch.setattr(tenants, "exists", lambda _, name: name == "tax")
    monkeypatch.setattr(tenants, "tenants", lambda _: [Tenant("law", ()), Tenant("tax", ("upload", "kafka"))])
    return made


def test_credentials_are_shown_once() -> None:
    first, again = chancery("agency", "add", "tax"), chancery("agency", "add", "tax")
    assert first.exit_code == again.exit_code == 0
    assert "secret-one" in first.stdout and "inbox-tax" in first.stdout and "results.tax.*" in first.stdout
    assert "secret" not in again.stdout
    assert "has its credentials already" in again.stdout and "agency rotate tax" in again.stdout


def test_as_json_they_come_with_all_that_is_needed_to_use_them() -> None:
    told = json.loads(chancery("agency", "add", "tax", "--json").stdout)
    assert told["credentials"][0] == {"purpose": "upload", "user": "agency.tax.upload", "secret": "secret-one"}
    assert (told["inbox"], told["groups"], told["kafka_security"]) == ("inbox-tax", "tax.", "plaintext")
    assert json.loads(chancery("agency", "add", "tax", "--json").stdout)["credentials"] == []


def test_a_file_of_credentials_is_the_owner_s_alone_and_nothing_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "tax.json"
    done = chancery("agency", "add", "tax", "--write", file)
    assert done.exit_code == 0 and "secret" not in done.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["credentials"][1]["secret"] == "secret-two"


@pytest.mark.parametrize("command", ["add", "rotate"])
def test_a_file_that_exists_is_refused_before_anything_is_made(
    tmp_path: Path, calls: list[str], command: str
) -> None:
    (tmp_path / "tax.json").write_text("kept")
    done = chancery("agency", command, "tax", "--write", tmp_path / "tax.json")
    assert done.exit_code == Exit.USAGE and "exists" in done.stderr
    assert chancery("agency", command, "tax", "--write", tmp_path / "no" / "x").exit_code == Exit.USAGE
    assert calls == []
    assert (tmp_path / "tax.json").read_text() == "kept"


@pytest.mark.parametrize("command", ["rotate", "revoke"])
def test_an_agency_that_is_not_there_is_named(calls: list[str], command: str) -> None:
    done = chancery("agency", command, "laws")
    assert done.exit_code == Exit.NOT_FOUND and "no agency laws" in done.stderr
    assert calls == []


def test_rotating_and_revoking(calls: list[str]) -> None:
    assert "secret-two" in chancery("agency", "rotate", "tax").stdout
    assert json.loads(chancery("agency", "revoke", "tax", "--json").stdout) == {"agency": "tax", "credentials": []}
    assert calls == ["rotate tax", "revoke tax"]


@pytest.fixture
def strimzi(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Strimzi makes Kafka's users; those who are there."""
    there = {"tax"}
    security = KafkaSecurity("sasl_ssl", "operator", "word", None, "strimzi")
    settings = replace(config.load({"CHANCERY_PREFIX": "site-"}), kafka_security=security)
    monkeypatch.setattr(surroundings, "reached", lambda: (settings, True))
    monkeypatch.setattr(tenants, "in_kafka", lambda _, name: name in there)
    return there


def test_where_strimzi_makes_users_a_person_is_told_what_is_left_to_do(strimzi: set[str]) -> None:
    told = chancery("agency", "add", "tax").stdout
    assert "secret-one" in told
    assert "lies in the Secret site-agency.tax" in " ".join(told.split())
    assert "delete that Secret" in json.loads(chancery("agency", "rotate", "tax", "--json").stdout)["kafka_user"]
    revoked = json.loads(chancery("agency", "revoke", "tax", "--json").stdout)
    assert revoked["credentials"] == ["kafka"]
    assert "STILL READS" in revoked["kafka_user"]
    assert "no credentials any more" not in chancery("agency", "revoke", "tax").stdout
    strimzi.clear()
    told = " ".join(chancery("agency", "add", "law").stdout.split())
    assert "no user site-agency.law yet" in told
    assert "Put law into `agencies`" in told
    assert "no credentials any more" in chancery("agency", "revoke", "tax").stdout


def test_the_list_names_who_has_what() -> None:
    told = json.loads(chancery("agency", "list", "--json").stdout)
    assert told == [{"agency": "law", "credentials": []}, {"agency": "tax", "credentials": ["upload", "kafka"]}]
    assert "chancery agency add law" in chancery("agency", "list").stdout


def test_a_name_that_cannot_be_an_agency_s_is_refused(calls: list[str]) -> None:
    assert chancery("agency", "add", "Tax*").exit_code == Exit.USAGE
    assert calls == []


def test_what_people_do_with_credentials_stands_in_the_audit_chain(kept: Kept) -> None:
    chancery("agency", "add", "tax", "--by", "Ada")
    chancery("agency", "revoke", "tax")
    assert kept.acts() == [
        ("agency_added", "tax", "Ada", "begun"),
        ("agency_added", "tax", "Ada", "done"),
        ("agency_keys_revoked", "tax", "", "begun"),
        ("agency_keys_revoked", "tax", "", "done"),
    ]
    assert not any(b"secret" in record.value for record in kept)
    chancery("agency", "list")
    assert len(kept.acts()) == 4, "looking is no act"
