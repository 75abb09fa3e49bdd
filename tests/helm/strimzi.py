"""What Strimzi says of a KafkaTopic and a KafkaUser, as far as the chart uses it. Made by hand.

Strimzi releases its resource definitions with its chart and its operator, and neither comes from a package
registry. Its jar `io.strimzi:api` does: every name and value below was looked up in the classes of version 0.51.0,
whose apiVersion is v1. What else Strimzi checks (the length of names, say) is not here.
"""

from __future__ import annotations

from typing import Any

import yaml

VERSION = "strimzi-0.51.0"
GROUP = "kafka.strimzi.io"

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 1}
_OPERATIONS = [
    *("Read", "Write", "Create", "Delete", "Alter", "Describe", "ClusterAction", "AlterConfigs", "DescribeConfigs"),
    *("IdempotentWrite", "All"),
]


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    # An empty list of them is no valid schema in older drafts.
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


_TOPIC = _object(
    [],
    topicName=_TEXT,
    partitions=_COUNT,
    replicas=_COUNT,
    config={"type": "object", "x-kubernetes-preserve-unknown-fields": True},
)
_RESOURCE = _object(
    ["type"],
    type={"enum": ["topic", "group", "cluster", "transactionalId"]},
    name=_TEXT,
    patternType={"enum": ["literal", "prefix"]},
)
_RULE = _object(
    ["resource", "operations"],
    type={"enum": ["allow", "deny"]},
    resource=_RESOURCE,
    host=_TEXT,
    operations={"type": "array", "minItems": 1, "items": {"enum": _OPERATIONS}},
)
_USER = _object(
    [],
    authentication=_object(["type"], type={"enum": ["tls", "tls-external", "scram-sha-512"]}),
    authorization=_object(["type", "acls"], type={"enum": ["simple"]}, acls={"type": "array", "items": _RULE}),
)


def definitions() -> list[str]:
    """The resources as definitions of their own."""
    return [_definition("KafkaTopic", _TOPIC), _definition("KafkaUser", _USER)]


def _definition(kind: str, spec: dict[str, Any]) -> str:
    schema = _object(["spec"], spec=spec)
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}}
    return yaml.safe_dump({"spec": {"group": GROUP, "names": {"kind": kind}, "versions": [version]}})
