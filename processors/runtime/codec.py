"""Events to bytes and back."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from processors.errors import EventInvalid, SchemaUnsupported
from processors.events import PUBLISHED, Event

#: "chancery.document.arrived.v1" -> the envelope with that data
_ENVELOPES: dict[str, type[Event[Any]]] = {data.TYPE: Event[data] for data in PUBLISHED}  # type: ignore[attr-defined,valid-type]
#: the same without the number of breaking changes: "chancery.document.arrived"
_NAMES = frozenset(name.rpartition(".v")[0] for name in _ENVELOPES)


def encode(event: Event[Any]) -> bytes:
    """CloudEvents structured JSON, UTF-8."""
    return event.model_dump_json(exclude_none=True).encode()


def decode(value: bytes) -> Event[Any]:
    """Read an event of any published type; members that this version does not know are ignored.

    Raises:
        EventInvalid: the bytes are no CloudEvent, or one of a type or shape that this version cannot read;
            `SchemaUnsupported` where another release of Chancery can.
    """
    try:
        record = json.loads(value)
        if record["type"] not in _ENVELOPES and record["type"].rpartition(".v")[0] in _NAMES:
            raise SchemaUnsupported
        envelope = _ENVELOPES[record["type"]]
        event = envelope.model_validate(record)
        encode(event)  # half a surrogate pair passes JSON, and would fail when the answer is written
        return event
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError, RecursionError) as error:
        # The error's text may quote the payload: keep the class only.
        raise EventInvalid(type(error).__name__) from None
