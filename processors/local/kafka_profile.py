"""What makes a broker ask who is there: TLS, SCRAM, and rules without which nothing is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LISTENER = "SASL_SSL"


@dataclass(frozen=True)
class BrokerSecurity:
    """A broker's certificate and first users."""

    #: PEM: key and certificate, whose common name is `broker`
    pem: Path
    #: PEM: who may vouch for the broker to itself
    ca: Path
    #: who the broker is when it talks to itself
    broker: str
    #: user -> password; all of them may do everything
    passwords: Mapping[str, str] = field(repr=False)
    #: where it writes what it refused, see kafka_logging.py
    refused: Path


def settings(security: BrokerSecurity, listen: str, controller: str) -> dict[str, str | int]:
    """The broker's settings that differ from those of an open one.

    The controller cannot ask for SCRAM, since its own data holds the passwords: there, certificates sign in, and
    only the broker's is good for that.

    Args:
        security: see there
        listen: host:port for clients
        controller: host:port of the controller
    """
    password = security.passwords[security.broker]
    login = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    admins = [*security.passwords, f"CN={security.broker}"]
    return {
        "listeners": f"{_LISTENER}://{listen},CONTROLLER://{controller}",
        "advertised.listeners": f"{_LISTENER}://{listen}",
        "listener.security.protocol.map": f"{_LISTENER}:SASL_SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": _LISTENER,
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        f"listener.name.{_LISTENER.lower()}.scram-sha-512.sasl.jaas.config": (
            f'{login} username="{security.broker}" password="{password}";'
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(security.pem),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(security.ca),
        "ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
        "listener.name.controller.ssl.client.auth": "required",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": ";".join(f"User:{name}" for name in admins),
    }


def first_users(security: BrokerSecurity) -> list[str]:
    """Options of Kafka's format tool that make the first users."""
    return [
        word
        for user, password in security.passwords.items()
        for word in ("--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]")
    ]


def argument_file(words: list[str]) -> str:
    """Words as the `java` launcher reads them from a file: what stands there is in no list of processes."""
    escaped = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "".join(f'"{word}"\n' for word in escaped)
