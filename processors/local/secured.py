"""The secured profile of the local stack: certificates, passwords and keys, kept in `<home>/secrets`.

```
secrets/ca.pem, ca-key.pem         the stack's own authority; ca.pem is what clients trust
secrets/kafka.pem                  the broker's key and certificate
secrets/store-key.pem, store.pem   the object store's
secrets/refusals.pem               of the door at which the store tells of refusals
secrets/kafka/NAME, secrets/s3/NAME  one password or key in each, by the name that signs in with it
```
All of it is made at the first start and kept: names and passwords are in Kafka's and MinIO's data as well. A home
that was secured once stays so until it is wiped.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from processors.config import Settings
from processors.local.certificates import Authority, write_secret
from processors.local.failures import StackError
from processors.local.kafka_profile import BrokerSecurity
from processors.new_secret import new_secret
from processors.principals import store_name, worker_name
from processors.server_settings import KafkaSecurity

FOLDER = "secrets"
#: who makes topics, users and rules; and what the broker calls itself when it talks to itself
ADMIN, BROKER = "admin", "broker"
#: the object store's administrator
ROOT = "admin"


class Secrets:
    """What a secured home knows; made where it is missing."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        authority = Authority(self._folder)
        self.ca = authority.certificate_file
        self.kafka_pem = self._folder / "kafka.pem"
        self.store_key, self.store_certificate = self._folder / "store-key.pem", self._folder / "store.pem"
        if not self.kafka_pem.exists():
            write_secret(self.kafka_pem, b"".join(authority.issue(BROKER, client=True)))
        if not self.store_certificate.exists():
            key, certificate = authority.issue("store")
            write_secret(self.store_key, key)
            write_secret(self.store_certificate, certificate)

        self.refusals_pem = self._folder / "refusals.pem"
        if not self.refusals_pem.exists():
            write_secret(self.refusals_pem, b"".join(authority.issue("refusals")))

    def refusals_token(self) -> str:
        """What the object store proves itself with where it tells of refusals."""
        return self._secret("refusals", "token")

    def broker(self, refused: Path) -> BrokerSecurity:
        """What the broker needs; what it refuses is written to `refused`."""
        passwords = {user: self._secret("kafka", user) for user in (ADMIN, BROKER)}
        return BrokerSecurity(self.kafka_pem, self.ca, BROKER, passwords, refused)

    def as_admin(self, settings: Settings, *, kafka: bool = True, s3: bool = True) -> Settings:
        """The settings of whoever sets up the servers of our own that are named here."""
        if kafka:
            settings = dataclasses.replace(settings, kafka_security=self.kafka(ADMIN))
        return self._in_store(settings, ROOT) if s3 else settings

    def as_worker(self, settings: Settings, kind: str, *, kafka: bool = True, s3: bool = True) -> Settings:
        """The settings of the workers of a stage, or of "record": with rights of their own and no others."""
        name = worker_name(kind, settings.prefix)
        if kafka:
            settings = dataclasses.replace(settings, kafka_security=self.kafka(name))
        return self._in_store(settings, name) if s3 else settings

    def as_store(self, settings: Settings) -> KafkaSecurity:
        """How the object store signs in to Kafka."""
        return self.kafka(store_name(settings.prefix))

    def _in_store(self, settings: Settings, user: str) -> Settings:
        signed = dataclasses.replace(
            settings.s3, access_key=user, secret_key=self.s3(user), secure=True, ca=self.ca
        )
        return dataclasses.replace(settings, s3=signed)

    def kafka(self, user: str) -> KafkaSecurity:
        """How this user signs in to Kafka."""
        return KafkaSecurity("sasl_ssl", user, self._secret("kafka", user), self.ca)

    def s3(self, user: str) -> str:
        """This user's secret key in the object store."""
        return self._secret("s3", user)

    def _secret(self, server: str, user: str) -> str:
        path = self._folder / server / user
        if not path.exists():
            write_secret(path, new_secret().encode())
        return path.read_text(encoding="ascii")


def is_secured(home: Path) -> bool:
    """Whether this home was started secured."""
    return (home / FOLDER / "ca.pem").is_file()


def must_be_possible(home: Path) -> None:
    """See that a secured stack can begin here.

    Raises:
        StackError: servers that know nobody have left their data here.
    """
    if not is_secured(home) and (home / "kafka" / "data").exists():
        remedy = "Run `chancery down --wipe` first, or choose another CHANCERY_HOME."
        raise StackError("The stack", f"was started in {home} before, and not secured", remedy)
