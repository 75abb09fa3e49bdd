"""An agency's ways in and out: inbox, result topics, keys, and its name and rights in Kafka.

A secret exists in our memory once, when it is made; the servers keep what proves it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from processors import principals, store_policies
from processors.adapters import kafka_users, provision
from processors.adapters.minio_objects import MinioObjects, translating
from processors.adapters.store_users import StoreUsers
from processors.config import Settings
from processors.new_secret import new_secret
from processors.places import Buckets
from processors.store_policies import StoreUser


@dataclass(frozen=True)
class Credential:
    """A name with the secret that proves it."""

    #: "upload", "consumer" or "kafka"
    purpose: str
    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Tenant:
    """An agency that has an inbox."""

    name: str
    #: purposes of the credentials that exist; see `Credential`
    credentials: tuple[str, ...]


def tenants(settings: Settings) -> list[Tenant]:
    """All agencies of this installation that have an inbox, by name.

    Raises:
        DependencyUnavailable: a server does not answer or refuses; here and below.
    """
    buckets = Buckets(settings.prefix)
    with translating():
        names = [buckets.agency_of(bucket.name) for bucket in MinioObjects(settings.s3).client.list_buckets()]
    known = _known(settings)
    return [Tenant(name, _there(settings, name, known)) for name in sorted(filter(None, names))]


def exists(settings: Settings, agency: str) -> bool:
    """Whether the agency has an inbox."""
    with translating():
        return bool(MinioObjects(settings.s3).client.bucket_exists(Buckets(settings.prefix).inbox(agency)))


def in_kafka(settings: Settings, agency: str) -> bool:
    """Whether Kafka knows the agency; False where it asks nobody."""
    return principals.agency_name(agency, settings.prefix) in _known(settings)[1]


def add(settings: Settings, agency: str) -> tuple[Credential, ...]:
    """Make whatever the agency lacks; only the credentials that were made now are returned, since only now they
    are known. Rights are set anew in any case. Where Strimzi makes Kafka's users, nothing is changed there.
    """  # noqa: D205 - one sentence
    known = _known(settings)
    there = _there(settings, agency, known)
    made = []
    store = StoreUsers(settings.s3)
    for purpose, user in _store_users(settings, agency).items():
        for access_key in _keys_of(user, known[0]):
            store.allow(access_key, user)
        if purpose not in there:
            made.append(_with_key(store, purpose, user))
    if settings.kafka_security.makes_users:
        # The rights first: whoever signs in finds them.
        principal = principals.of_agency(agency, settings.prefix)
        kafka_users.allow(settings, principal)
        if "kafka" not in there:
            made.append(_with_password(settings, principal.name))
    # The inbox comes last: nothing lands before it can be answered.
    provision.add_agency(settings, agency)
    return tuple(made)


def rotate(settings: Settings, agency: str) -> tuple[Credential, ...]:
    """Replace all credentials. The old keys, and whatever was derived from them, are refused from now on; old
    connections to Kafka may go on until they are closed. Where Strimzi makes Kafka's users, the store's keys alone.
    """  # noqa: D205 - one sentence
    store, made = StoreUsers(settings.s3), []
    names = store.names()
    for purpose, user in _store_users(settings, agency).items():
        made.append(_with_key(store, purpose, user))
        for access_key in _keys_of(user, names):
            store.remove(access_key)
    if settings.kafka_security.makes_users:
        principal = principals.of_agency(agency, settings.prefix)
        kafka_users.allow(settings, principal)
        made.append(_with_password(settings, principal.name))
    return tuple(made)


def revoke(settings: Settings, agency: str) -> None:
    """Take all credentials away, at once. Inbox, documents and results stay as they are.

    Where Strimzi makes Kafka's users, the agency keeps its user there (`in_kafka`): Strimzi would make it again.
    """
    store = StoreUsers(settings.s3)
    names = store.names()
    for user in _store_users(settings, agency).values():
        for access_key in _keys_of(user, names):
            store.remove(access_key)
    if settings.kafka_security.makes_users:
        kafka_users.remove(settings, principals.agency_name(agency, settings.prefix))


def _store_users(settings: Settings, agency: str) -> dict[str, StoreUser]:
    return {
        "upload": store_policies.upload(agency, settings.prefix),
        "consumer": store_policies.consumer(agency, settings.prefix),
    }


def _known(settings: Settings) -> tuple[set[str], set[str]]:
    """Everybody whom the object store and Kafka know."""
    in_kafka = kafka_users.users(settings) if settings.kafka_security.secured else set()
    return StoreUsers(settings.s3).names(), in_kafka


def _there(settings: Settings, agency: str, known: tuple[set[str], set[str]]) -> tuple[str, ...]:
    in_store, in_kafka = known
    found = [purpose for purpose, user in _store_users(settings, agency).items() if _keys_of(user, in_store)]
    if principals.agency_name(agency, settings.prefix) in in_kafka:
        found.append("kafka")
    return tuple(found)


def _with_key(store: StoreUsers, purpose: str, user: StoreUser) -> Credential:
    # A name of its own each time: MinIO 2026-02 forgets to remove temporary keys with the key that they were made
    # with, and a key of the same name would bring them back to life.
    access_key, secret = f"{user.name}.{secrets.token_hex(4)}", new_secret()
    store.add(access_key, secret, user)
    return Credential(purpose, access_key, secret)


def _keys_of(user: StoreUser, names: set[str]) -> list[str]:
    """The access keys that were made for this user; no agency has a dot in its name."""
    return sorted(name for name in names if name.startswith(f"{user.name}."))


def _with_password(settings: Settings, user: str) -> Credential:
    secret = new_secret()
    kafka_users.set_password(settings, user, secret)
    return Credential("kafka", user, secret)
