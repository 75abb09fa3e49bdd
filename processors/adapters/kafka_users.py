"""Kafka's users and what they may do: SCRAM credentials and access rules, from `processors.principals`.

Everything may be done again without harm. What a principal was allowed before and is not any more is taken away.
"""

from __future__ import annotations

from typing import Any

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
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import NoError

from processors.adapters.kafka_admin import admin
from processors.config import Settings
from processors.errors import DependencyUnavailable
from processors.principals import Principal, Rule

_MECHANISM = ScramMechanism.SCRAM_SHA_512
#: Passwords are random and long, so that more rounds would slow down nobody but our own clients.
_ITERATIONS = 4096


def users(settings: Settings) -> set[str]:
    """The names of all users that have a password.

    Raises:
        DependencyUnavailable: Kafka does not answer or refuses; here and below.
    """
    with admin(settings.kafka, settings.kafka_security) as client:
        return set(client.describe_user_scram_credentials())


def set_password(settings: Settings, user: str, password: str) -> None:
    """Make the user, or give it another password. Connections that are open stay signed in."""
    _alter(settings, user, UserScramCredentialUpsertion(user, _MECHANISM, password, iterations=_ITERATIONS))


def remove(settings: Settings, user: str) -> None:
    """Take the user's rights, which ends what open connections may do, and its password."""
    allow(settings, Principal(user, ()))
    if user in users(settings):
        _alter(settings, user, UserScramCredentialDeletion(user, _MECHANISM))


def allow(settings: Settings, principal: Principal) -> None:
    """Let the principal do what its rules say, and nothing else."""
    wanted = {_acl(principal.name, rule) for rule in principal.rules}
    with admin(settings.kafka, settings.kafka_security) as client:
        there, error = client.describe_acls(_all_of(principal.name))
        _check(error)
        if missing := wanted - set(there):
            failed = client.create_acls(list(missing))["failed"]
            if failed:
                raise DependencyUnavailable(f"Kafka: {len(failed)} access rules were refused")
        if surplus := set(there) - wanted:
            for _, _, refused in client.delete_acls([_exactly(acl) for acl in surplus]):
                _check(refused)


def _alter(settings: Settings, user: str, alteration: Any) -> None:
    with admin(settings.kafka, settings.kafka_security) as client:
        refused = client.alter_user_scram_credentials([alteration])[user]
    if refused:
        raise DependencyUnavailable(f"Kafka: user {user} could not be changed: {refused}")


def _acl(user: str, rule: Rule) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if rule.prefixed else ACLResourcePatternType.LITERAL
    return ACL(
        principal=f"User:{user}",
        host="*",
        operation=ACLOperation[rule.operation.upper()],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(ResourceType[rule.resource.upper()], rule.name, pattern),
    )


def _all_of(user: str) -> ACLFilter:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(f"User:{user}", None, ACLOperation.ANY, ACLPermissionType.ANY, anything)


def _exactly(acl: ACL) -> ACLFilter:
    pattern = acl.resource_pattern
    resource = ResourcePatternFilter(pattern.resource_type, pattern.resource_name, pattern.pattern_type)
    return ACLFilter(acl.principal, acl.host, acl.operation, acl.permission_type, resource)


def _check(error: type[Exception]) -> None:
    if error is not NoError:
        raise DependencyUnavailable(f"Kafka: {error.__name__}")
