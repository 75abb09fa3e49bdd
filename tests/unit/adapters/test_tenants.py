"""An agency's credentials where Strimzi makes Kafka's users: commands do the object store's part alone."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, NoReturn

import pytest

from processors import config
from processors.adapters import kafka_users, provision, tenants
from processors.config import Settings
from processors.server_settings import KafkaSecurity, UserMaker
from processors.store_policies import StoreUser


class Store:
    """The object store's users, in memory."""

    known: ClassVar[dict[str, StoreUser]] = {}

    def __init__(self, _: object) -> None:
        """Whichever store it is."""

    def names(self) -> set[str]:
        return set(self.known)

    def add(self, access_key: str, _: str, user: StoreUser) -> None:
        self.known[access_key] = user

    def allow(self, access_key: str, user: StoreUser) -> None:
        assert self.known[access_key].name == user.name

    def remove(self, access_key: str) -> None:
        del self.known[access_key]


@pytest.fixture(autouse=True)
def changed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was changed in Kafka."""
    made: list[str] = []
    monkeypatch.setattr(Store, "known", {})
    monkeypatch.setattr(tenants, "StoreUsers", Store)
    monkeypatch.setattr(provision, "add_agency", lambda *_: None)
    monkeypatch.setattr(kafka_users, "users", lambda _: {"agency.law"})
    monkeypatch.setattr(kafka_users, "allow", lambda _, principal: made.append(f"allow {principal.name}"))
    monkeypatch.setattr(kafka_users, "set_password", lambda _, user, __: made.append(f"password {user}"))
    monkeypatch.setattr(kafka_users, "remove", lambda _, user: made.append(f"remove {user}"))
    return made


def settings(by: UserMaker) -> Settings:
    return replace(config.load({}), kafka_security=KafkaSecurity("sasl_ssl", "operator", "word", None, by))


def test_strimzis_users_are_left_alone_and_the_store_s_keys_are_made(changed: list[str]) -> None:
    of_strimzi = settings("strimzi")
    assert {one.purpose for one in tenants.add(of_strimzi, "law")} == {"upload", "consumer"}
    before = set(Store.known)
    assert {one.purpose for one in tenants.rotate(of_strimzi, "law")} == {"upload", "consumer"}
    assert not before & set(Store.known)
    tenants.revoke(of_strimzi, "law")
    assert Store.known == {}
    assert changed == []
    assert tenants.in_kafka(of_strimzi, "law")
    assert not tenants.in_kafka(of_strimzi, "tax")


def test_where_commands_make_users_they_do_so(changed: list[str]) -> None:
    ours = settings("commands")
    assert {one.purpose for one in tenants.add(ours, "tax")} == {"upload", "consumer", "kafka"}
    tenants.rotate(ours, "tax")
    tenants.revoke(ours, "tax")
    assert changed == [*("allow agency.tax", "password agency.tax") * 2, "remove agency.tax"]


def test_an_open_broker_is_asked_for_nobody(monkeypatch: pytest.MonkeyPatch, changed: list[str]) -> None:
    def never(_: object) -> NoReturn:
        raise AssertionError("an open broker has no users")

    monkeypatch.setattr(kafka_users, "users", never)
    assert len(tenants.add(config.load({}), "tax")) == 2
    assert changed == []
