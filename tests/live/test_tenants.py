"""Tenants on a secured stack: the main job with an agency's own credentials, and what those do not open.

Every attempt is tried twice: with an agency's credentials, where it must be refused by policy and seen in the log
of a server; and with an administrator's, where it must succeed, so that a refusal is known to be no typing error.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import socket
import ssl
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import urllib3
from kafka import KafkaConsumer
from kafka.errors import KafkaError
from minio import Minio
from minio.credentials.providers import AssumeRoleProvider
from minio.error import S3Error

from processors import document_types, principals, store_policies
from processors.adapters import kafka_users, tenants
from processors.adapters.minio_objects import MinioObjects, pool_settings
from processors.adapters.store_users import StoreUsers
from processors.batch.reviews.answers import Answer
from processors.batch.reviews.cases import open_case
from processors.batch.reviews.deciding import decide
from processors.errors import DependencyUnavailable
from processors.events import ResultReleased
from processors.local import kafka_probe, minio_server
from processors.local.certificates import Authority
from processors.local.environment import of_settings
from processors.orchestration.doors import doors_of
from processors.principals import Rule
from processors.record.facts import utc_now
from processors.record.ledger import Ledger
from processors.runtime.codec import decode
from processors.server_settings import SECRETS, KafkaSecurity
from tests import documents
from tests.leftovers import collected
from tests.live import chained_refusals, kafka_attempts, store_attempts
from tests.live.oracle import Oracle, upload
from tests.live.secured import ATTACKER, VICTIM, Secured, secured_stack
from tests.live.store_attempts import Refused
from tests.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured_stack(tmp_path_factory.mktemp("tenants") / "home") as started:
        yield started


# The main job


def test_an_agency_sends_reads_and_fetches_with_its_own_credentials(at: Secured) -> None:
    content = (SAMPLES / "fcc-order.pdf").read_bytes()
    at.key("upload").s3.put_object(at.world.own_inbox, "order.pdf", io.BytesIO(content), len(content))
    consumer = KafkaConsumer(group_id="alpha.warehouse", auto_offset_reset="earliest", **at.client().settings)
    try:
        consumer.subscribe(pattern=r"results\.alpha\..+")
        result = _first_result(consumer)
    finally:
        consumer.close(autocommit=False, timeout_ms=2_000)
    assert result.document.agency == ATTACKER
    kept = result.artefacts["original"]
    response = at.key("consumer").s3.get_object(kept.bucket, kept.key, version_id=kept.version_id)
    try:
        assert response.read() == content
    finally:
        response.close()
        response.release_conn()


def _first_result(consumer: Any) -> ResultReleased:
    limit = time.monotonic() + 150
    while time.monotonic() < limit:
        for records in consumer.poll(timeout_ms=1_000).values():
            for record in records:
                data = decode(record.value).data
                assert isinstance(data, ResultReleased)
                return data
    raise AssertionError("no result came")


def test_every_way_to_an_end_works_with_the_workers_own_rights(at: Secured) -> None:
    """Fan-in, files inside files, quarantine, a decided review: each touches places that the plain way does not."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.pdf", (SAMPLES / "fcc-order.pdf").read_bytes())
    sent = {
        "long.pdf": documents.text_pdf(["A page like any other."], pages=20),
        "empty.pdf": b"",
        "bare.pdf": documents.text_pdf(["A letter", "Dear Sir or Madam"]),
        "packed.zip": packed.getvalue(),
    }
    with closing(Oracle(at.settings)) as oracle:
        ids = {name: upload(at.settings, name, content, VICTIM) for name, content in sent.items()}
        ends = oracle.wait([ids["long.pdf"], ids["empty.pdf"], ids["bare.pdf"]], seconds=150)
        limit = time.monotonic() + 150
        while not any(
            end.event.data.document.parent == ids["packed.zip"] for ends_ in oracle.ends.values() for end in ends_
        ):
            assert time.monotonic() < limit, "what was packed has no end"
            oracle.read()
        # There is nothing in it, which a person must see.
        assert ends[ids["bare.pdf"]].state == "review"
        _set_aside(at, ids["bare.pdf"])
        oracle.read_until(lambda: len(oracle.ends[ids["bare.pdf"]]) == 2, "what a person decided is done")
        assert oracle.ends[ids["bare.pdf"]][1].reason == "not_wanted"
    assert ends[ids["empty.pdf"]].reason == "empty"
    assert ends[ids["long.pdf"]].state in ("result", "review")
    assert not [line for line in at.denials if "User:worker." in line or "User:store " in line]


def _set_aside(at: Secured, document: str) -> None:
    """As an administrator decides a review; publish claims the run and does it with its own rights."""
    with Ledger.open(at.settings.database) as ledger:
        doors, types = doors_of(at.settings, ledger), document_types.load(at.settings.document_types)
        until(lambda: not ledger.waiting([document]), "the ledger knows the review")
        answer = Answer(says="set_aside", reason="not_wanted")
        decide(doors, types, open_case(doors, types, document), answer, by="Ann", now=utc_now(), share=0.0)


# The attempts


@pytest.mark.parametrize("purpose", ["upload", "consumer"])
@pytest.mark.parametrize("name", store_attempts.ATTEMPTS)
def test_a_key_of_one_agency_opens_nothing_else_in_the_store(at: Secured, name: str, purpose: str) -> None:
    key, before = at.key(purpose), len(at.collector.entries)
    with pytest.raises(Refused):
        store_attempts.tried(store_attempts.ATTEMPTS[name], key, at.world)
    seen = at.collector.wait(lambda entry: _denied(entry, key.user), before)
    assert seen["requestHost"]


def _denied(entry: dict[str, Any], user: str) -> bool:
    status = entry.get("api", {}).get("statusCode")
    # Who may list nothing is told of no bucket, and who may delete nothing is told so of each object.
    filtered = entry.get("api", {}).get("name") in ("ListBuckets", "DeleteMultipleObjects")
    return entry.get("accessKey") == user and (status == 403 or filtered)


@pytest.mark.parametrize("name", store_attempts.ATTEMPTS)
def test_control_an_administrator_s_key_does_it(at: Secured, name: str) -> None:
    store_attempts.tried(store_attempts.ATTEMPTS[name], at.world.root, at.world)


@pytest.mark.parametrize("name", kafka_attempts.ATTEMPTS)
def test_an_agency_does_nothing_else_in_kafka(at: Secured, name: str) -> None:
    before = len(at.denials)
    with pytest.raises(Refused):
        kafka_attempts.tried(kafka_attempts.ATTEMPTS[name], at.client(), at.root)
    if name not in kafka_attempts.FILTERED:
        assert "User:agency.alpha is Denied" in _until_denied(at, before)


def _until_denied(at: Secured, before: int) -> str:
    return until(
        lambda: next((line for line in at.denials[before:] if "User:agency.alpha" in line), ""),
        "a denial in Kafka's log",
        pause=0.02,
    )


@pytest.mark.parametrize("name", kafka_attempts.ATTEMPTS)
def test_control_an_administrator_does_it_in_kafka(at: Secured, name: str) -> None:
    kafka_attempts.tried(kafka_attempts.ATTEMPTS[name], at.root, at.root)


def test_there_are_enough_attempts() -> None:
    assert len(store_attempts.ATTEMPTS) + len(kafka_attempts.ATTEMPTS) >= 70


def test_control_with_a_rule_the_other_s_results_are_read_and_without_it_not(at: Secured) -> None:
    own = principals.of_agency(ATTACKER, "")
    more = dataclasses.replace(own, rules=(*own.rules, Rule("topic", "results.beta.", "read", prefixed=True)))
    kafka_users.allow(at.settings, more)
    until(lambda: _reads("results.beta.receipt", at.client()), "the rule holds")
    kafka_users.allow(at.settings, own)
    # Brokers take a change of rules in soon after they have answered it.
    until(lambda: not _reads("results.beta.receipt", at.client()), "the rule is gone")
    with pytest.raises(Refused):
        kafka_attempts.tried(kafka_attempts.ATTEMPTS["read results.beta.receipt"], at.client(), at.root)


def _reads(topic: str, client: kafka_attempts.Client) -> bool:
    try:
        return kafka_attempts.read(topic, client) >= 0
    except KafkaError:
        return False


def test_nobody_changes_the_secret_of_a_key_with_that_key_and_control(at: Secured) -> None:
    key = at.key("upload")
    with pytest.raises(Refused):
        store_attempts.tried(lambda k, _: k.admin.user_add(k.user, "taken-over-secret"), key, at.world)
    with pytest.raises(Refused):
        store_attempts.tried(lambda k, _: k.admin.add_service_account(), key, at.world)
    strict = store_policies.upload(ATTACKER, "")
    allowed = [one for one in strict.policy["Statement"] if one["Effect"] == "Allow"]
    loose = store_policies.StoreUser("loose", {**strict.policy, "Statement": allowed})
    StoreUsers(at.settings.s3).add("loose", "a-secret-to-be-replaced", loose)
    store_attempts.tried(
        lambda k, _: k.admin.user_add("loose", "taken-over-secret"),
        at.key_of("loose", "a-secret-to-be-replaced"),
        at.world,
    )


# The audit chain


def test_every_attempt_is_in_the_audit_chain_as_often_as_it_was_made(at: Secured) -> None:
    chained_refusals.until_all_in_chain(at, 100)  # the attempts above were made
    told = chained_refusals.in_chain(at)
    assert {what[0] for what in told} == {"store", "kafka"}
    assert not [what for what in told if "agency.beta" in what[1]], "names break no lines"
    assert [what for what in told if "User:agency.beta" in what[3]], "though one tried"
    shown = chained_refusals.show(at, "--refusals")
    assert at.collector.largest > 1024 * 1024, "also what is larger than a record of Kafka"
    assert {VICTIM} <= {one["refusal"]["agency"] for one in shown}, "whose things were tried"
    named = [
        one for one in shown if any(name in json.dumps(one["refusal"]) for name in ("planted.pdf", "beta/kept"))
    ]
    assert named == [], "no object's name is kept"
    assert any(one["refusal"]["objects"] for one in shown), "but what it can be known by"


def test_control_without_the_collector_none_is_in_the_chain_and_afterwards_each_once(at: Secured) -> None:
    key, before = at.key("consumer"), len(at.collector.entries)
    attempt = store_attempts.ATTEMPTS["read a dataset"]
    known = chained_refusals.in_chain(at)
    with chained_refusals.switched_off(at):
        with pytest.raises(Refused):
            store_attempts.tried(attempt, key, at.world)
        with pytest.raises(Refused):
            kafka_attempts.tried(kafka_attempts.ATTEMPTS["see the rules"], at.client(), at.root)
        at.collector.wait(lambda entry: _denied(entry, key.user), before)
        chained_refusals.act_in_chain(at, "while nobody gathers")
        assert chained_refusals.in_chain(at) == known, "the control"
    chained_refusals.until_all_in_chain(at, known.total() + 2)  # killed, it lost and doubled nothing


# The workers


@pytest.mark.parametrize(
    ("kind", "bucket", "name"),
    [
        ("ocr", "inbox-beta", "x"),
        ("classify", "inbox-beta", "x"),
        ("ocr", "models", "x"),
        ("ocr", "work", "claims/beta/x"),
        ("publish", "datasets", "x"),
    ],
)
def test_a_worker_reads_only_what_its_stage_needs(at: Secured, kind: str, bucket: str, name: str) -> None:
    at.world.root.s3.put_object(bucket, name, io.BytesIO(b"x"), 1)
    _, key = at.worker(kind)
    with pytest.raises(Refused):
        store_attempts.tried(lambda k, _: k.s3.stat_object(bucket, name), key, at.world)


@pytest.mark.parametrize(("kind", "stage", "allowed"), [("ocr", "ocr", True), ("ocr", "publish", False)])
def test_a_worker_writes_in_its_stage_s_folder_alone(at: Secured, kind: str, stage: str, allowed: bool) -> None:
    _, key = at.worker(kind)
    attempt: store_attempts.Attempt = lambda k, w: k.s3.put_object(  # noqa: E731
        w.documents, f"beta/none/live/{stage}/x", io.BytesIO(b"x"), 1
    )
    if allowed:
        store_attempts.tried(attempt, key, at.world)
    else:
        with pytest.raises(Refused):
            store_attempts.tried(attempt, key, at.world)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("publish", "write documents.extracted"),
        ("publish", "read intake.notifications"),
        ("ocr", "write results.beta.receipt"),
        ("ocr", "fence publish"),
        ("record", "write documents.quarantined"),
        ("record", "see the rules"),
        ("intake", "make a topic"),
        ("observe", "write documents.extracted"),
        ("observe", "see the rules"),
    ],
)
def test_a_worker_does_in_kafka_only_what_its_row_says(at: Secured, kind: str, name: str) -> None:
    client, _ = at.worker(kind)
    with pytest.raises(Refused):
        kafka_attempts.tried(kafka_attempts.ATTEMPTS[name], client, at.root)


# The wire


def test_what_speaks_in_the_clear_is_not_answered(at: Secured) -> None:
    host, _, port = at.settings.kafka.rpartition(":")
    assert not kafka_probe.serves(host, int(port))
    assert not minio_server.ready(at.settings.s3.endpoint)
    assert minio_server.ready(at.settings.s3.endpoint, tls=ssl.create_default_context(cafile=at.settings.s3.ca)), (
        "the control: the same with TLS"
    )


def test_the_controller_answers_the_broker_s_certificate_alone(at: Secured) -> None:
    controller = json.loads((at.settings.home / "ports.json").read_text())[1]
    stranger = ssl.create_default_context(cafile=at.settings.s3.ca)
    assert not _greeted(controller, stranger)
    broker = ssl.create_default_context(cafile=at.settings.s3.ca)
    broker.load_cert_chain(at.secrets.kafka_pem)
    assert _greeted(controller, broker), "the control"


def _greeted(port: int, context: ssl.SSLContext) -> bool:
    """Whether a server lets us in: it answers a question about versions."""
    question = bytes.fromhex("0000000e") + bytes.fromhex("0012") + bytes.fromhex("0000") + bytes(4) + b"\0\4test"
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        try:
            secure.sendall(question)
            return len(secure.recv(4)) > 0
        except (ssl.SSLError, ConnectionError):
            return False


def test_a_server_of_another_authority_is_not_trusted(at: Secured, tmp_path: Path) -> None:
    other = Authority(tmp_path).certificate_file
    with pytest.raises(DependencyUnavailable):
        MinioObjects(dataclasses.replace(at.settings.s3, ca=other)).info("documents", "x")
    host, _, port = at.settings.kafka.rpartition(":")
    context = ssl.create_default_context(cafile=other)
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname=host)


# Secrets


def _all_secrets(at: Secured) -> dict[str, str]:
    folder = at.settings.home / "secrets"
    found = {str(path.relative_to(folder)): path.read_text() for path in folder.glob("*/*")}
    for path in folder.glob("*.pem"):
        if "PRIVATE" in (text := path.read_text()):
            found[path.name] = text.splitlines()[1]
    for agency, credentials in at.credentials.items():
        found |= {f"{agency} {purpose}": one.secret for purpose, one in credentials.items()}
    assert len(found) > 15
    return found


def test_no_secret_is_in_any_log_state_picture_or_command_line(at: Secured) -> None:
    home = at.settings.home
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CHANCERY_")} | {
        "CHANCERY_HOME": str(home)
    }
    said = {
        command: subprocess.run(
            [sys.executable, "-m", "processors.cli", *command.split()],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for command in ("status", "doctor", "agency list --json", "agency add alpha", "up --ocr-workers 5")
    }
    texts = {command: done.stdout + done.stderr for command, done in said.items()}
    assert "upload" in texts["agency list --json"] and "already" in texts["agency add alpha"]
    texts |= {str(path): path.read_text("utf-8", "replace") for path in (home / "logs").iterdir()}
    texts |= {"state": (home / "stack.json").read_text(), "command lines": "\n".join(at.commands)}
    texts |= {"settings": repr(at.settings), "credentials": repr(at.credentials)}
    texts["audit"] = json.dumps(at.collector.entries)
    assert "processors.local.supervisor" in texts["command lines"], "the watch saw the stack start"
    leaks = [
        (what, name) for what, text in texts.items() for name, secret in _all_secrets(at).items() if secret in text
    ]
    assert leaks == []


def test_what_is_secret_is_for_its_owner_alone(at: Secured) -> None:
    home = at.settings.home
    private = [*(home / "secrets").rglob("*"), home / "kafka" / "server.properties"]
    private += [*(home / "minio" / "certs").rglob("private.key")]
    assert {path for path in private if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)} == set()
    assert not (home / "kafka" / "format.arguments").exists()


def test_workers_hold_no_secret_but_their_own(at: Secured) -> None:
    for kind in ("intake", "ocr", "publish", "record"):
        told = of_settings(at.secrets.as_worker(at.settings, kind))
        secrets = _all_secrets(at)
        held = {name for name, secret in secrets.items() if any(secret in told[one] for one in SECRETS)}
        assert held == {f"kafka/worker.{kind}", f"s3/worker.{kind}"}


def test_a_wrong_password_is_refused_and_not_quoted(at: Secured) -> None:
    wrong = KafkaSecurity("sasl_ssl", "admin", "not-the-password", at.settings.kafka_security.ca)
    with collected():
        with pytest.raises(DependencyUnavailable) as told:
            kafka_users.users(dataclasses.replace(at.settings, kafka_security=wrong))
        assert "not-the-password" not in str(told.value)
        del told  # its traceback holds the client


# Last: these change the credentials


def test_after_a_rotation_the_old_credentials_and_what_was_made_of_them_are_refused(at: Secured) -> None:
    old, old_client = at.key("upload"), at.client()
    derived = _derived(at)
    _put_one(derived, at)
    at.credentials[ATTACKER] = {one.purpose: one for one in tenants.rotate(at.settings, ATTACKER)}
    for client in (old.s3, derived):
        with pytest.raises(S3Error) as told:
            _put_one(client, at)
        assert told.value.code in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTokenId", "AccessDenied")
    _put_one(at.key("upload").s3, at)
    _cannot_sign_in(at, old_client)
    assert kafka_attempts.read("results.alpha.receipt", at.client()) >= 0


def _cannot_sign_in(at: Secured, client: kafka_attempts.Client) -> None:
    """The client is told nothing but that it could not begin; the server logs why."""
    log, why = at.settings.home / "logs" / "kafka.log", "Authentication failed during authentication"
    before = log.read_text("utf-8", "replace").count(why)

    def is_refused() -> bool:
        # Brokers take a change of passwords in soon after they have answered it.
        with collected():
            try:
                kafka_attempts.read("results.alpha.receipt", client, patience=5.0)
            except KafkaError:
                return True
        return False

    until(is_refused, "the old password is refused")
    assert log.read_text("utf-8", "replace").count(why) > before


def _derived(at: Secured) -> Minio:
    """Temporary keys, made with the upload key: MinIO lets every user have them."""
    credential, s3 = at.credentials[ATTACKER]["upload"], at.settings.s3
    provider = AssumeRoleProvider(
        sts_endpoint=f"https://{s3.endpoint}",
        access_key=credential.user,
        secret_key=credential.secret,
        region=s3.region,
        http_client=urllib3.PoolManager(**pool_settings(s3)),
    )
    pool = urllib3.PoolManager(**pool_settings(s3))
    return Minio(s3.endpoint, credentials=provider, region=s3.region, http_client=pool)


def _put_one(client: Minio, at: Secured) -> None:
    client.put_object(at.world.own_inbox, "again.txt", io.BytesIO(b"x"), 1)


def test_revoked_credentials_are_refused_and_adding_gives_new_ones(at: Secured) -> None:
    client, key = at.client(VICTIM), at.key("upload", VICTIM)
    tenants.revoke(at.settings, VICTIM)
    with pytest.raises(S3Error):
        key.s3.put_object(at.world.inbox, "x", io.BytesIO(b"x"), 1)
    _cannot_sign_in(at, client)
    assert {one.name: one.credentials for one in tenants.tenants(at.settings)}[VICTIM] == ()
    made = tenants.add(at.settings, VICTIM)
    assert [one.purpose for one in made] == ["upload", "consumer", "kafka"]
    assert tenants.add(at.settings, VICTIM) == ()
