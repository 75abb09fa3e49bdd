"""The users of the workers and of the object store, with the rights that follow from the table.

Everything may be done again without harm: who exists keeps the password, and gets the rights of this version.
"""

from __future__ import annotations

from collections.abc import Callable

from processors import principals, store_policies
from processors.adapters import kafka_users
from processors.adapters.store_users import StoreUsers
from processors.config import Settings

#: user -> secret
Secret = Callable[[str], str]


def make_in_kafka(settings: Settings, password: Secret) -> None:
    """Make everybody who signs in to Kafka but agencies and administrators.

    Raises:
        DependencyUnavailable: Kafka does not answer or refuses.
    """
    there = kafka_users.users(settings)
    for principal in principals.of_installation(settings.prefix):
        kafka_users.allow(settings, principal)
        if principal.name not in there:
            kafka_users.set_password(settings, principal.name, password(principal.name))


def make_in_store(settings: Settings, secret: Secret) -> None:
    """Make everybody who signs in to the object store but agencies and administrators.

    Raises:
        DependencyUnavailable: the store does not answer or refuses.
    """
    store = StoreUsers(settings.s3)
    there = store.names()
    for user in store_policies.of_workers(settings.prefix):
        if user.name in there:
            store.allow(user.name, user)
        else:
            store.add(user.name, secret(user.name), user)
