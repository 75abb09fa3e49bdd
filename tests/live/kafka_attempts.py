"""What a stolen password of one agency might be used for in Kafka, each attempt as a function."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)
from kafka.structs import OffsetAndMetadata

from processors.adapters.kafka_client import client_settings
from processors.server_settings import KafkaSecurity
from tests.live.store_attempts import Refused
from tests.waiting import until

_BY_POLICY = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailedError,
)
_count = itertools.count(1)
_ANY_ACL = ACLFilter(
    None,
    None,
    ACLOperation.ANY,
    ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)


@dataclass(frozen=True)
class Client:
    """Somebody who signs in."""

    servers: str
    security: KafkaSecurity

    @property
    def settings(self) -> dict[str, Any]:
        return client_settings(self.servers, self.security)

    @contextmanager
    def admin(self) -> Iterator[Any]:
        settings = self.settings
        for unknown in ("allow_auto_create_topics", "metrics_enabled"):
            del settings[unknown]
        client = KafkaAdminClient(**settings)
        try:
            yield client
        finally:
            client.close()

    def topic(self) -> str:
        """A new topic of this client's making, that an attempt may destroy."""
        name = f"results.beta.fresh{next(_count)}"
        with self.admin() as admin:
            admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1}})
            admin.wait_for_topics([name], timeout_ms=60_000)
        return name


#: who attacks, and an administrator who prepares what is attacked
Attempt = Callable[[Client, Client], Any]


def read(topic: str, client: Client, patience: float = 30.0) -> int:
    """Read a topic from its beginning; how many records came. Signing in is tried for so many seconds."""
    patient = {"bootstrap_timeout_ms": int(patience * 1000)}
    consumer = KafkaConsumer(group_id=None, auto_offset_reset="earliest", **patient, **client.settings)
    try:
        partitions = [TopicPartition(topic, number) for number in range(2)]
        consumer.assign(partitions)
        # kafka-python polls for ever what it may not read, and says nothing; asked for the end, it says why.
        consumer.end_offsets(partitions)
        return sum(len(records) for records in consumer.poll(timeout_ms=1_000).values())
    finally:
        consumer.close(autocommit=False, timeout_ms=2_000)


def _write(topic: str, client: Client) -> None:
    # Not idempotent: that is refused before the topic is asked for.
    producer = KafkaProducer(acks="all", enable_idempotence=False, max_block_ms=60_000, **client.settings)
    try:
        # No key and no value that any worker could take for its own: what is forged here is refused as an event.
        producer.send(topic, value=b"{}", partition=0).get(timeout=60)
    finally:
        producer.close(timeout=2)


def _join(group: str, client: Client) -> None:
    consumer = KafkaConsumer(group_id=group, auto_offset_reset="earliest", **client.settings)
    try:
        consumer.subscribe(["results.alpha.receipt"])
        until(lambda: consumer.poll(timeout_ms=500) or consumer.assignment(), "it joined or was refused", pause=0)
    finally:
        consumer.close(autocommit=False, timeout_ms=2_000)


#: a group that blames another agency, if names could break lines
FORGING = (
    "x\n1795620000123\ta\tPrincipal = User:agency.beta is Denied operation = READ from host = 10.0.0.9 on "
    "resource = Topic:LITERAL:y"
)


def _commit(group: str, topic: str, client: Client) -> None:
    consumer = KafkaConsumer(group_id=group, **client.settings)
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.commit({partition: OffsetAndMetadata(10**6, "", -1)})
    finally:
        consumer.close(autocommit=False, timeout_ms=2_000)


def _fence(transactional_id: str, client: Client) -> None:
    producer = KafkaProducer(transactional_id=transactional_id, max_block_ms=60_000, **client.settings)
    try:
        producer.init_transactions()
    finally:
        producer.close(timeout=2)


def _grant(client: Client) -> None:
    pattern = ResourcePattern(ResourceType.TOPIC, "nothing", ACLResourcePatternType.LITERAL)
    acl = ACL("User:nobody", "*", ACLOperation.READ, ACLPermissionType.ALLOW, pattern)
    with client.admin() as admin:
        for error in admin.create_acls([acl])["failed"]:
            raise error


def _loosen(client: Client) -> None:
    pattern = ResourcePatternFilter(ResourceType.TOPIC, "nothing", ACLResourcePatternType.LITERAL)
    with client.admin() as admin:
        for _, _, error in admin.delete_acls(
            [ACLFilter("User:nobody", None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)]
        ):
            if error.errno:
                raise error


def _password(client: Client) -> None:
    change = UserScramCredentialUpsertion("nobody", ScramMechanism.SCRAM_SHA_512, "x" * 20)
    with client.admin() as admin:
        if refused := admin.alter_user_scram_credentials([change])["nobody"]:
            raise ClusterAuthorizationFailedError(refused)


def _unseen(client: Client) -> None:
    with client.admin() as admin:
        names = {one for one in admin.list_topics() if not one.startswith("results.alpha.")}
    if not names:
        raise Refused


def _groups(client: Client) -> None:
    with client.admin() as admin:
        names = {group["group_id"] for group in admin.list_groups() if not group["group_id"].startswith("alpha.")}
    if not names:
        raise Refused


def _asked(call: Callable[[Any], Any]) -> Attempt:
    def attempt(client: Client, _: Client) -> Any:
        with client.admin() as admin:
            return call(admin)

    return attempt


def _destroying(call: Callable[[Any, str], Any]) -> Attempt:
    def attempt(client: Client, root: Client) -> Any:
        topic = root.topic()
        with client.admin() as admin:
            return call(admin, topic)

    return attempt


ATTEMPTS: Mapping[str, Attempt] = {
    **{
        f"read {topic}": lambda c, _, topic=topic: read(topic, c)  # type: ignore[misc]
        for topic in (
            "results.beta.receipt",
            "reviews.requested",
            "intake.notifications",
            "documents.arrived",
            "documents.classified",
            "documents.extracted",
            "documents.quarantined",
            "work.dead-lettered",
            "pages.recognised",
            "__consumer_offsets",
            "__transaction_state",
        )
    },
    **{
        f"write {topic}": lambda c, _, topic=topic: _write(topic, c)  # type: ignore[misc]
        for topic in (
            "results.alpha.receipt",
            "results.beta.receipt",
            "intake.notifications",
            "documents.extracted",
            "pages.requested",
            "documents.quarantined",
            "reviews.requested",
        )
    },
    **{
        f"join {group}": lambda c, _, group=group: _join(group, c)  # type: ignore[misc]
        for group in ("beta.warehouse", "alphabet.warehouse", "alpha", "intake-standby")
    },
    "join a group whose name would be a line of the log": lambda c, _: _join(FORGING, c),
    "move a group": lambda c, _: _commit("intake-standby", "results.alpha.receipt", c),
    "fence intake": lambda c, _: _fence("intake-77", c),
    "fence publish": lambda c, _: _fence("publish-77", c),
    "use an id of one's own": lambda c, _: _fence("alpha.writer", c),
    "describe the group of intake": _asked(lambda a: a.describe_groups(["intake"])),
    "read where the ledger is": _asked(lambda a: a.list_group_offsets(["record"])),
    "see the others' groups": lambda c, _: _groups(c),
    "see the others' topics": lambda c, _: _unseen(c),
    "make a topic": _asked(
        lambda a: a.create_topics(
            {f"results.alpha.x{next(_count)}": {"num_partitions": 1, "replication_factor": 1}}
        )
    ),
    "delete a topic": _destroying(lambda a, topic: a.delete_topics([topic])),
    "add partitions": _destroying(lambda a, topic: a.create_partitions({topic: 2})),
    "delete records of one's own": _asked(
        lambda a: a.delete_records({TopicPartition("results.alpha.receipt", 0): 0})
    ),
    "make a rule": lambda c, _: _grant(c),
    "see the rules": _asked(lambda a: a.describe_acls(_ANY_ACL)),
    "delete a rule": lambda c, _: _loosen(c),
    "set a password": lambda c, _: _password(c),
}


def tried(attempt: Attempt, client: Client, root: Client) -> None:
    """Carry the attempt out.

    Raises:
        Refused: by policy; any other error passes as it is.
    """
    try:
        attempt(client, root)
    except _BY_POLICY as error:
        raise Refused from error


#: Kafka leaves out of its answer what may not be seen, and logs nothing.
FILTERED = frozenset({"see the others' groups", "see the others' topics"})
