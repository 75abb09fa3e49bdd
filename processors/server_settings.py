"""Where Kafka and the object store are, how to sign in to them, and whom to trust: read with all other settings.

A password or key is in no picture (`repr`) of these values, and in no error.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from processors.variables import SettingInvalid, Variables

#: Variables whose values are never shown nor written where others may read them. Each may come from NAME_FILE.
SECRETS = (
    "CHANCERY_S3_ACCESS_KEY",
    "CHANCERY_S3_SECRET_KEY",
    "CHANCERY_DATABASE",
    "CHANCERY_KAFKA_PASSWORD",
    "CHANCERY_VISION_KEY",
    "CHANCERY_LANGUAGE_KEY",
    "CHANCERY_REFUSALS_TOKEN",
)

KafkaProtocol = Literal["plaintext", "sasl_ssl"]
#: Who makes Kafka's users and their rights: our commands, or Strimzi, which removes whatever it did not make.
UserMaker = Literal["commands", "strimzi"]


@dataclass(frozen=True)
class S3Settings:
    """Where the object store is and how to sign in."""

    #: host:port, without a scheme
    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    #: speak TLS with it
    secure: bool = False
    region: str = "us-east-1"
    #: PEM file of the authorities that may vouch for it; None = those that certifi ships
    ca: Path | None = None


@dataclass(frozen=True)
class KafkaSecurity:
    """How to sign in to Kafka."""

    #: "sasl_ssl" = TLS, and SCRAM-SHA-512 to sign in
    protocol: KafkaProtocol = "plaintext"
    user: str = ""
    password: str = field(default="", repr=False)
    #: PEM file of the authorities that may vouch for the brokers; None = this machine's
    ca: Path | None = None
    users_by: UserMaker = "commands"

    @property
    def secured(self) -> bool:
        """Whether connections are encrypted and signed in."""
        return self.protocol == "sasl_ssl"

    @property
    def makes_users(self) -> bool:
        """Whether commands make, change and remove users in Kafka."""
        return self.secured and self.users_by == "commands"


#: Anybody who reaches the broker may do anything.
PLAINTEXT = KafkaSecurity()


def s3(env: Variables) -> S3Settings:
    """Read the object store's settings.

    Raises:
        SettingInvalid: one cannot be used.
    """
    endpoint = env.text("CHANCERY_S3", "") or "127.0.0.1:29000"
    # Keys that everybody can read here are good for a server that nobody else can reach, and for no other.
    default = ("chancery", "chancery-local") if _is_loopback(endpoint) else ("", "")
    settings = S3Settings(
        endpoint=endpoint,
        access_key=env.secret("CHANCERY_S3_ACCESS_KEY", default[0]),
        secret_key=env.secret("CHANCERY_S3_SECRET_KEY", default[1]),
        secure=env.flag("CHANCERY_S3_TLS", default=False),
        region=env.text("CHANCERY_S3_REGION", "us-east-1"),
        ca=authorities("CHANCERY_S3_CA", env),
    )
    for name, value in (
        ("CHANCERY_S3_ACCESS_KEY", settings.access_key),
        ("CHANCERY_S3_SECRET_KEY", settings.secret_key),
    ):
        if not value:
            wanted = f"set, here or by {name}_FILE, because CHANCERY_S3={endpoint!r} is not this machine"
            raise SettingInvalid(name, value, wanted)
    return settings


def kafka_security(env: Variables) -> KafkaSecurity:
    """Read how to sign in to Kafka.

    Raises:
        SettingInvalid: one setting cannot be used, or one is missing.
    """
    chosen = env.choice("CHANCERY_KAFKA_SECURITY", "plaintext", ("plaintext", "sasl_ssl"))
    makers = env.choice("CHANCERY_KAFKA_USERS", "commands", ("commands", "strimzi"))
    security = KafkaSecurity(
        protocol="sasl_ssl" if chosen == "sasl_ssl" else "plaintext",
        user=env.text("CHANCERY_KAFKA_USER", ""),
        password=env.secret("CHANCERY_KAFKA_PASSWORD", ""),
        ca=authorities("CHANCERY_KAFKA_CA", env),
        users_by="strimzi" if makers == "strimzi" else "commands",
    )
    if security.secured:
        because = "because CHANCERY_KAFKA_SECURITY=sasl_ssl"
        if not security.user:
            raise SettingInvalid("CHANCERY_KAFKA_USER", "", f"set, {because}")
        if not security.password:
            wanted = f"set, here or by CHANCERY_KAFKA_PASSWORD_FILE, {because}"
            raise SettingInvalid("CHANCERY_KAFKA_PASSWORD", "", wanted)
    elif security.user or security.password:
        # Whoever gives a password thinks that it is asked for.
        raise SettingInvalid("CHANCERY_KAFKA_SECURITY", chosen, "sasl_ssl, because a user or password is set")
    return security


def authorities(name: str, env: Variables) -> Path | None:
    """The PEM file of certificates that a variable names; None where it names none.

    Raises:
        SettingInvalid: it cannot be read, or holds none.
    """
    value = env.text(name, "")
    if not value:
        return None
    path = Path(value).resolve()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror if error.errno and not isinstance(error, ssl.SSLError) else "no certificate in it"
        raise SettingInvalid(name, value, f"a readable PEM file of certificates ({reason})") from error
    return path


def _is_loopback(endpoint: str) -> bool:
    host = endpoint.rpartition(":")[0].strip("[]") or endpoint
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def partitions(env: Variables) -> tuple[tuple[str, int], ...]:
    """Topics that get another number of partitions than the table says.

    Raises:
        SettingInvalid: it names no topic of the table, one that must keep a single partition, or no number.
    """
    if not (value := env.text("CHANCERY_PARTITIONS", "")):
        return ()
    from processors.pipeline import TOPICS  # noqa: PLC0415 - events of all kinds, which most processes need later

    told = [pair.partition("=")[::2] for pair in value.split(",") if pair]
    # What is in one order stays in one partition.
    known = {topic.name for topic in TOPICS if topic.partitions > 1}
    if not all(topic in known and re.fullmatch(r"[1-9]\d{0,4}", count) for topic, count in told):
        wanted = f"topic=number with commas between them; topics: {', '.join(sorted(known))}"
        raise SettingInvalid("CHANCERY_PARTITIONS", value, wanted)
    return tuple(sorted((topic, int(count)) for topic, count in dict(told).items()))
