"""The AsyncAPI 3.0 document: which topics there are, what is on them, and which of them are for consumers."""

from __future__ import annotations

import re
from typing import Any

import yaml

from processors import __version__
from processors.pipeline import (
    ACTS,
    DEAD_LETTERS,
    LONG_DOCUMENTS,
    QUARANTINE,
    REFUSALS,
    RESULTS,
    RUNS,
    STAGES,
    TOPICS,
    StageRow,
    Topic,
)

#: The topics that other systems may read; all others may change without notice.
PUBLIC = (RESULTS, "reviews.requested", QUARANTINE, DEAD_LETTERS, RUNS)

_BINDING = "0.5.0"

_INFO = """\
What Chancery writes to Kafka. Every record is a CloudEvents 1.0 event in structured JSON, UTF-8, except for
bucket notifications. Channels with the tag "public" are for other systems; those with the tag "internal" carry
the work from stage to stage and may change with any version.

How to read: set isolation.level to read_committed, or records of transactions that were given up show. An event
has the same id whenever it is written, so drop ids that you have seen. Ignore members that you do not know: a
later version may add some. A breaking change makes a new event type with a higher number.

An installation may put a prefix before every topic name (CHANCERY_PREFIX).
"""

_SERVER = """\
Put your own cluster here. Sign-in and encryption come with a later version: until then the cluster must be
reachable from Chancery's own network alone.
"""

_PARAMETERS: dict[str, dict[str, str]] = {
    "agency": {"description": "Whose result it is.", "location": "$message.payload#/agency"},
    "type": {
        "description": "The document type: the name of a file in schemas/documents, without .json.",
        "location": "$message.payload#/data/type",
    },
}

#: What spreads the records over the partitions; see `writing.outgoing`.
_KEYS = {
    "intake.notifications": "Bucket and object key, as MinIO writes them.",
    "pages.requested": "Document id and the range's first page, such as 5f…/9, so that the ranges spread.",
    LONG_DOCUMENTS: "Document id and the range's first page.",
    DEAD_LETTERS: "Document id; the event's id where the record named no document.",
    ACTS: "None: there is one partition.",
    REFUSALS: "None: there is one partition.",
    RUNS: "None: there is one partition.",
}


_WRITERS = {
    ACTS: "commands write it",
    REFUSALS: "the process that gathers refusals writes it",
    RUNS: "the operators' scheduler writes it",
}


def text() -> str:
    """The document as YAML, the same at every call."""
    return "# Written by `make schemas` from processors/pipeline.py. Do not edit.\n" + yaml.dump(
        document(), Dumper=_Readable, sort_keys=False, allow_unicode=True, width=112
    )


def document() -> dict[str, Any]:
    """The document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Chancery",
            "version": __version__,
            "description": _INFO,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {"kafka": {"host": "kafka.example:9092", "protocol": "kafka", "description": _SERVER}},
        "channels": {_id(topic.name): _channel(topic) for topic in TOPICS},
        "operations": dict(operation for row in STAGES for operation in _operations(row))
        | dict(_operation("chancery", name, "writes") for name in (QUARANTINE, DEAD_LETTERS, ACTS, REFUSALS, RUNS)),
    }


def _channel(topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {"address": topic.name.replace("<", "{").replace(">", "}")}
    if names := re.findall("<(.+?)>", topic.name):
        channel["parameters"] = {name: _PARAMETERS[name] for name in names}
    return channel | {
        "description": topic.meaning,
        "messages": {_message_name(topic): _message(topic)},
        "tags": [{"name": _audience(topic.name)}],
        "bindings": {"kafka": {"partitions": topic.partitions, "bindingVersion": _BINDING}},
    }


def _message(topic: Topic) -> dict[str, Any]:
    key = {
        "type": "string",
        "description": _KEYS.get(topic.name, "Document id, so that a document keeps its order."),
    }
    message: dict[str, Any] = {"summary": topic.meaning}
    if topic.event is None:
        message |= {
            "contentType": "application/json",
            "payload": {"type": "object", "description": "An S3 event; no CloudEvent. Read with distrust."},
        }
    else:
        event_type: str = topic.event.TYPE  # type: ignore[attr-defined]
        message |= {"title": event_type, "payload": {"$ref": f"./events/{event_type}.json"}}
    return message | {"bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}}}


def _operations(row: StageRow) -> list[tuple[str, dict[str, Any]]]:
    # The consumer group has the name of its stage.
    group = {"type": "string", "const": row.name}
    bindings = {"kafka": {"groupId": group, "bindingVersion": _BINDING}}
    reads = [_operation(row.name, topic, "reads") for topic in row.reads]
    return [
        *((name, operation | {"bindings": bindings}) for name, operation in reads),
        *(_operation(row.name, topic, "writes") for topic in row.writes),
    ]


def _operation(who: str, topic_name: str, verb: str) -> tuple[str, dict[str, Any]]:
    topic = next(topic for topic in TOPICS if topic.name == topic_name)
    channel = f"#/channels/{_id(topic_name)}"
    otherwise = _WRITERS.get(topic_name, "any stage may write it")
    does = next((row.does for row in STAGES if row.name == who), otherwise)
    return f"{who}_{verb}_{_id(topic_name)}", {
        "action": "send" if verb == "writes" else "receive",
        "channel": {"$ref": channel},
        "summary": f"{who}: {does}",
        "tags": [{"name": _audience(topic_name)}],
        "messages": [{"$ref": f"{channel}/messages/{_message_name(topic)}"}],
    }


def _message_name(topic: Topic) -> str:
    return topic.event.__name__ if topic.event else "BucketNotification"


def _audience(topic_name: str) -> str:
    return "public" if topic_name in PUBLIC else "internal"


def _id(topic_name: str) -> str:
    """The topic's name as an identifier, without the parameters."""
    return re.sub(r"\W+", "_", re.sub(r"\.<.*", "", topic_name))


class _Readable(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _block(dumper: _Readable, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Readable.add_representer(str, _block)
