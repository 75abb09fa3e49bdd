r"""Kafka's log of refusals: what its authorizer denied, and who could not sign in.

A line is `<ms since 1970> TAB <logger> TAB <message>`, as `local/kafka_logging.py` has it written: line breaks in a
message are encoded, or a group called "x\n…" could write a line of its own.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from processors.refusals.refusal import Refusal, cleaned, owner

#: The principal stands before, and what follows the resource is Kafka's own: a resource's name, which a client
#: chooses, can forge neither.
_DENIED = re.compile(
    r"Principal = User:(?P<principal>.*?) is Denied operation = (?P<operation>\w+) from host = (?P<host>\S+) "
    r"on resource = (?P<kind>\w+):\w+:(?P<name>.*) for request = \w+ with resourceRefCount = \d+ based on rule .*",
    re.DOTALL,
)
_NOT_SIGNED_IN = re.compile(r"(?:\[[^]]*\] )?Failed authentication with [^/\s]*/(?P<host>\S+) \(.*", re.DOTALL)


def parse(untrusted: str, prefix: str) -> Refusal | None:
    """The refusal that a line tells of; None where it tells of something else.

    Args:
        untrusted: the line, without its break
        prefix: of the installation
    """
    parts = untrusted.split("\t", 2)
    if len(parts) < 3 or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 14:
        return None
    at, message = datetime.fromtimestamp(int(parts[0]) / 1000, UTC), parts[2]
    if denied := _DENIED.fullmatch(message):
        kind, name = denied["kind"].upper(), denied["name"]
        return Refusal(
            server="kafka",
            principal=cleaned(denied["principal"]),
            operation=cleaned(denied["operation"]),
            thing=cleaned(f"{kind}:{name}"),
            agency=owner(name, re.escape(prefix) + (r"results\.([^.]+)\." if kind == "TOPIC" else r"([^.]+)\.")),
            address=cleaned(denied["host"].removeprefix("/")),
            at=at,
        )
    if stranger := _NOT_SIGNED_IN.fullmatch(message):
        host = cleaned(stranger["host"].partition(":")[0])
        return Refusal("kafka", "", "sign_in", "", "", host, at)
    return None
