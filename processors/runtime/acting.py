"""Keeping what people do: recorded before it is done and after, so that nothing is done unseen.

    with acting(acts, Act.QUARANTINE_RELEASED, thing=document.id, by="Ann", reason="…", document=document):
        release(document)

If the first record cannot be written, the act is not done. If the second cannot, the first still stands.
"""

from __future__ import annotations

import os
import pwd
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from processors.acts import Act
from processors.events import ActRecorded, DocumentId, Event
from processors.pipeline import ACTS
from processors.ports import Outgoing
from processors.runtime.codec import encode


class Acts(Protocol):
    """Where records of acts go: `adapters.kafka_writer.KafkaWriter`, or a list in tests."""

    def write(self, record: Outgoing) -> None:
        """Write a record; returns when it is kept.

        Raises:
            DependencyUnavailable: it is not.
        """
        ...


@contextmanager
def acting(
    acts: Acts,
    act: Act,
    *,
    thing: str,
    by: str,
    reason: str = "",
    document: DocumentId | None = None,
    details: Mapping[str, str | int] | None = None,
) -> Iterator[None]:
    """Record that a person begins an act, and how it ended.

    Args:
        acts: where the records go
        act: what is done
        thing: on what, such as "classifier@3" or a document's id
        by: who, as they call themselves
        reason: why, in their words
        document: the document that it is about, if it is about one
        details: counts, names and digests; never text of a document

    Raises:
        DependencyUnavailable: the act could not be recorded and was not done.
    """
    told = ActRecorded(
        document=document,
        act=act.value,
        thing=_kept(thing),
        by=_kept(by.strip()),
        account=pwd.getpwuid(os.getuid()).pw_name,
        outcome="begun",
        reason=_kept(reason.strip()),
        details=dict(details or {}),
    )
    one = str(uuid.uuid4())
    _write(acts, told, one)
    outcome: Literal["done", "failed"] = "failed"
    try:
        yield
        outcome = "done"
    finally:
        _write(acts, told.model_copy(update={"outcome": outcome}), one)


def _write(acts: Acts, told: ActRecorded, one: str) -> None:
    document = told.document
    event: Event[Any] = Event[ActRecorded](
        # The same act gives both of its records away as a pair.
        id=f"{one}/{told.outcome}",
        type=told.TYPE,
        source="/chancery/person",
        subject=document.id if document else "",
        time=datetime.now(UTC),
        dataschema=f"chancery:events/{told.TYPE}",
        agency=document.agency if document else "",
        runid=document.run_id if document else "",
        data=told,
    )
    acts.write(Outgoing(ACTS, b"", encode(event)))


def _kept(untrusted: str) -> str:
    """Text that can be written down: an argument of a command may hold bytes that are no UTF-8."""
    return untrusted.encode("utf-8", "backslashreplace").decode()
