"""The secured profile: certificates, secrets, and what the servers are told."""

from __future__ import annotations

import itertools
import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from processors import config
from processors.config import S3Settings
from processors.local import kafka_logging, kafka_profile, secured, stack
from processors.local.certificates import Authority, write_secret
from processors.local.environment import of_settings, wants_secured
from processors.local.failures import StackError
from processors.local.kafka_server import properties
from processors.local.making import Making
from processors.local.minio_server import AuditTarget, Notifications, environment
from processors.local.plan import made
from processors.local.sameness import open_settings
from processors.local.secured import Secrets
from processors.server_settings import SECRETS
from processors.variables import SettingInvalid


def shaken(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> bool:
    """Whether two ends agree on a connection."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(theirs, server_side=True) as end:
                end.recv(1)
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname=name) as end:
            end.send(b"x")
        return True
    except ssl.SSLError:
        return False
    finally:
        ours.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("name", "trusted"), [("127.0.0.1", True), ("localhost", True), ("elsewhere.example", False)]
)
def test_a_certificate_is_good_for_this_machine(tmp_path: Path, name: str, trusted: bool) -> None:
    authority = Authority(tmp_path / "a")
    write_secret(tmp_path / "server.pem", b"".join(authority.issue("store")))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "server.pem")
    assert shaken(server, ssl.create_default_context(cafile=authority.certificate_file), name) is trusted
    other = Authority(tmp_path / "b").certificate_file
    assert not shaken(server, ssl.create_default_context(cafile=other), name), "another authority does not vouch"


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    first, again = Secrets(tmp_path), Secrets(tmp_path)
    assert first.kafka("admin") == again.kafka("admin")
    assert first.kafka("admin").password != first.kafka("broker").password != first.s3("admin")
    assert len(first.s3("admin")) == 40, "MinIO takes no more"
    files = [path for path in (tmp_path / secured.FOLDER).rglob("*") if path.is_file()]
    assert len(files) == 9
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_secret_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    write_secret(tmp_path / "link", b"secret")
    assert (tmp_path / "theirs").read_text() == "kept"


def test_each_worker_signs_in_as_itself(tmp_path: Path) -> None:
    known, settings = Secrets(tmp_path), config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_PREFIX": "t1-"})
    ocr, publish = known.as_worker(settings, "ocr"), known.as_worker(settings, "publish")
    assert ocr.kafka_security.user == ocr.s3.access_key == "t1-worker.ocr"
    assert ocr.s3.secure and ocr.kafka_security.secured
    told = [{of_settings(one)[name] for name in SECRETS} for one in (ocr, publish, known.as_admin(settings))]
    assert all(len((a & b) - {"", settings.database}) == 0 for a, b in itertools.pairwise(told))
    assert config.load(of_settings(ocr)) == ocr
    assert known.as_worker(settings, "ocr", s3=False).s3 == settings.s3, "a store of others is reached as it was"


def test_what_is_written_down_of_a_stack_holds_no_secret(tmp_path: Path) -> None:
    given = {name: f"secret-{name}" for name in SECRETS if name != "CHANCERY_DATABASE"}
    signed = {"CHANCERY_KAFKA_SECURITY": "sasl_ssl", "CHANCERY_KAFKA_USER": "u", "CHANCERY_HOME": str(tmp_path)}
    told = open_settings(config.load(given | signed))
    assert not [value for value in told.values() if "secret-" in value]
    assert told["CHANCERY_KAFKA_USER"] == "u"


def test_the_broker_asks_everybody_and_allows_nothing_by_itself(tmp_path: Path) -> None:
    security = Secrets(tmp_path / "home").broker(tmp_path / "refused.log")
    told = dict(line.split("=", 1) for line in properties(tmp_path, 1, 2, security).splitlines())
    assert "PLAINTEXT" not in told["listeners"] + told["listener.security.protocol.map"]
    assert told["allow.everyone.if.no.acl.found"] == "false"
    assert told["super.users"] == "User:admin;User:broker;User:CN=broker"
    assert told["listener.name.controller.ssl.client.auth"] == "required"
    assert "authorizer.class.name" not in properties(tmp_path, 1, 2), "the plain broker stays as it was"
    assert security.passwords["admin"] not in repr(security)


def test_words_reach_java_through_a_file_as_they_are() -> None:
    assert kafka_profile.argument_file(["a b", 'c"d', "e\\f"]) == '"a b"\n"c\\"d"\n"e\\\\f"\n'


def test_the_store_signs_in_to_kafka_on_both_ways(tmp_path: Path) -> None:
    settings = config.load({"CHANCERY_HOME": str(tmp_path)})
    told = Notifications("k:1", "t", security=Secrets(tmp_path).as_store(settings))
    variables = environment(S3Settings("h:1", "k", "s"), [told], Path("/q"))
    for target in ("CHANCERY", "CHANCERY_FAST"):
        assert (
            variables[f"MINIO_NOTIFY_KAFKA_TLS_{target}"] == variables[f"MINIO_NOTIFY_KAFKA_SASL_{target}"] == "on"
        )
        assert variables[f"MINIO_NOTIFY_KAFKA_SASL_USERNAME_{target}"] == "store"
        assert variables[f"MINIO_NOTIFY_KAFKA_SASL_MECHANISM_{target}"] == "sha512"


def test_a_secured_stack_gathers_refusals_and_an_open_one_has_none(tmp_path: Path) -> None:
    settings = config.load({"CHANCERY_HOME": str(tmp_path)})
    told = made(settings, {"ocr": 1}, None, None, print, secured=True)
    assert told.workers == {"refusals": 1, "ocr": 1} and told.refusals_port
    for other in (
        made(settings, {"ocr": 1}, None, None, print),
        made(settings, {"ocr": 1}, "theirs:9092", None, print, secured=True),
        made(settings, {"ocr": 1, "refusals": 0}, None, None, print, secured=True),
    ):
        assert not other.workers.get("refusals") and not other.refusals_port


def test_only_who_gathers_refusals_is_told_where_and_how(tmp_path: Path) -> None:
    bare = config.load({"CHANCERY_HOME": str(tmp_path), "CHANCERY_REFUSALS_SECONDS": "7"})
    known = Secrets(tmp_path)
    making = Making(known.as_admin(bare), made(bare, {"ocr": 1}, None, None, print, secured=True))
    settings = config.load(making.environment("refusals"))
    assert settings.refusals.token == known.refusals_token() and settings.refusals.seconds == 7
    assert settings.refusals.log == tmp_path / "refusals" / "kafka.log"
    assert settings.kafka_security.user == "worker.refusals"
    assert known.refusals_token() not in repr(settings)
    assert known.refusals_token() not in making.environment("ocr").values()


def test_the_store_tells_each_collector_and_keeps_what_ours_does_not_take() -> None:
    ours, other = AuditTarget("CHANCERY", "https://h:1/", "t", kept=True), AuditTarget("OTHER", "http://h:2/")
    told = environment(S3Settings("h:1", "k", "s"), [], Path("/q"), [ours, other])
    webhook = {k.removeprefix("MINIO_AUDIT_WEBHOOK_"): v for k, v in told.items() if "AUDIT" in k}
    assert webhook == {
        "ENABLE_CHANCERY": "on",
        "ENDPOINT_CHANCERY": "https://h:1/",
        "AUTH_TOKEN_CHANCERY": "t",
        "QUEUE_DIR_CHANCERY": "/q/audit",
        "ENABLE_OTHER": "on",
        "ENDPOINT_OTHER": "http://h:2/",
    }
    assert "'t'" not in repr(ours)


def test_what_the_broker_refuses_has_a_log_of_its_own_of_bounded_size() -> None:
    told = kafka_logging.properties(Path("/refused.log"))
    assert "%enc{%m}{CRLF}" in told and "strategy.max = 8" in told
    assert kafka_logging.options(Path("/refused.log")) == ["-Dchancery.refusals=/refused.log"]
    assert "refused" not in kafka_logging.properties(None) and kafka_logging.options(None) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"CHANCERY_REFUSALS_LISTEN": "1234"}, "CHANCERY_REFUSALS_LISTEN='1234'"),
        ({"CHANCERY_REFUSALS_LISTEN": "h:1"}, "CHANCERY_REFUSALS_TOKEN"),
        ({"CHANCERY_REFUSALS_LISTEN": "h:1", "CHANCERY_REFUSALS_TOKEN": "t"}, "CHANCERY_REFUSALS_PEM"),
    ],
)
def test_a_door_for_refusals_is_not_opened_by_halves(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingInvalid, match=named):
        config.load(given)


def test_a_home_that_was_open_does_not_become_secured(tmp_path: Path) -> None:
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    with pytest.raises(StackError, match=r"not secured.*chancery down --wipe"):
        stack.up(config.load({"CHANCERY_HOME": str(tmp_path)}), secured=True)
    assert not secured.is_secured(tmp_path)


def test_a_home_that_was_secured_stays_so(tmp_path: Path) -> None:
    settings = config.load({"CHANCERY_HOME": str(tmp_path)})
    reached = stack._reaching(settings, "k:1", "127.0.0.1:2", own_kafka=True, own_s3=True)
    assert not reached.kafka_security.secured and not reached.s3.secure
    Secrets(tmp_path)
    reached = stack._reaching(settings, "k:1", "127.0.0.1:2", own_kafka=True, own_s3=True)
    assert reached.kafka_security.user == reached.s3.access_key == "admin"
    assert reached.s3.secure


def test_the_environment_may_ask_for_it() -> None:
    assert wants_secured({"CHANCERY_SECURED": "on"}) and not wants_secured({})
    with pytest.raises(SettingInvalid, match="CHANCERY_SECURED='yes'"):
        wants_secured({"CHANCERY_SECURED": "yes"})
