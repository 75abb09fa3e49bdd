"""Kafka's log of refusals: who tried what, whatever a client calls the things that it asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processors.refusals.kafka_lines import parse
from processors.refusals.refusal import MOST_CHARACTERS

LINE = (
    "1795620000123\tlogger\tPrincipal = User:agency.tax is Denied operation = {operation} from host = 127.0.0.1 on "
    "resource = {kind}:LITERAL:{name} for request = Fetch with resourceRefCount = 1 based on rule DefaultDeny"
)


def line(name: str, kind: str = "Topic", operation: str = "READ") -> str:
    return LINE.format(kind=kind, name=name, operation=operation)


def test_a_denial_is_read_with_whose_thing_it_is() -> None:
    found = parse(line("t1-results.justice.receipt"), "t1-")
    assert found is not None
    assert (found.server, found.principal, found.operation, found.thing, found.agency, found.address) == (
        "kafka",
        "agency.tax",
        "READ",
        "TOPIC:t1-results.justice.receipt",
        "justice",
        "127.0.0.1",
    )
    assert found.at == datetime(2026, 11, 25, 15, 20, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "name", "agency"),
    [
        ("Topic", "documents.arrived", ""),
        ("Group", "justice.warehouse", "justice"),
        ("Group", "intake", ""),
        ("Cluster", "kafka-cluster", ""),
        ("TransactionalId", "justice.writer", "justice"),
        ("Topic", "results.NO AGENCY.x", ""),
    ],
)
def test_the_owner_is_told_where_the_name_tells(kind: str, name: str, agency: str) -> None:
    found = parse(line(name, kind), "")
    assert found is not None
    assert found.agency == agency


FORGED = (
    "x for request = Fetch with resourceRefCount = 1 based on rule DefaultDeny Principal = User:agency.justice is "
    "Denied operation = WRITE from host = 10.0.0.9 on resource = Topic:LITERAL:y"
)


@pytest.mark.parametrize("name", [FORGED, "a\tb", "", "x" * 40_000, "\u202egnp.\u2066", "\x1b[2J", "a\u2028b"])
def test_a_name_that_a_client_chose_changes_no_other_member(name: str) -> None:
    found = parse(line(name, "Group"), "")
    assert found is not None
    assert (found.principal, found.operation, found.address) == ("agency.tax", "READ", "127.0.0.1")
    assert found.thing.startswith("GROUP:")
    assert len(found.thing) <= MOST_CHARACTERS + 1
    assert found.thing.isprintable()


def test_who_could_not_sign_in_is_nobody() -> None:
    message = (
        "[SocketServer listenerType=BROKER, nodeId=1] Failed authentication with localhost/127.0.0.1 (channelId=1) "
        "(Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512)"
    )
    found = parse(f"1795620000123\tSelector\t{message}", "")
    assert found is not None
    assert (found.principal, found.operation, found.thing, found.address) == ("", "sign_in", "", "127.0.0.1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1795620000123\tlogger",
        "1795620000123\tlogger\tsomething else",
        "yesterday\tlogger\t" + LINE.split("\t")[2],
        "9" * 40 + "\tlogger\t" + LINE.split("\t")[2],
        line("x").replace("is Denied", "is Allowed"),
    ],
)
def test_what_tells_of_no_refusal_is_passed_over(text: str) -> None:
    assert parse(text, "") is None
