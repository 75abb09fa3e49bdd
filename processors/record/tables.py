"""The ledger's tables. No column holds text or values of a document, only its name as it was uploaded."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Utc(TypeDecorator[datetime]):
    """A point in time. SQLite keeps no time zone, so both databases store UTC without one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

#: One row: the version of the tables below.
schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("run_id", String(128), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("bucket", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent", String(64), nullable=False),
    Column("version_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("since", Utc, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("state_order", Text, nullable=False),
    Column("type_order", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("same_content_as", String(64), nullable=False),
    Column("type", Text, nullable=False),
    Column("type_version", Text, nullable=False),
    Column("type_confidence", Float, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("end_event", Text, nullable=False),
    Column("artefacts", JSON, nullable=False),
    Column("updated", Utc, nullable=False),
    Index("documents_by_agency_and_state", "agency", "state"),
    Index("documents_by_state", "state"),
    Index("documents_by_run", "run_id", "state"),
    Index("documents_by_parent", "parent"),
    Index("documents_by_content", "agency", "sha256"),
    # In this order people look through them, those of one agency and those of all.
    Index("documents_by_arrival", "first_seen", "id", "run_id"),
    Index("documents_by_agency_and_arrival", "agency", "first_seen", "id", "run_id"),
    # What ended lately, for the figures of a day.
    Index("documents_by_end", "since", "state"),
)

#: The path that a document took, an event a row. The event's id is the key: an event counts once.
steps = Table(
    "steps",
    metadata,
    Column("event_id", String(128), primary_key=True),
    Column("event_type", Text, nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("run_id", String(128), nullable=False),
    Column("stage", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("model_digest", Text, nullable=False),
    Index("steps_by_document", "document_id", "run_id"),
)

#: How far each inbox was compared with this ledger. It lies here because it is void once the ledger is lost.
comparisons = Table(
    "comparisons",
    metadata,
    Column("agency", String(64), primary_key=True),
    Column("known_before", Utc, nullable=False),
    Column("whole_at", Utc, nullable=False),
)

#: Documents that were disposed of; here to be asked for in bulk, and kept for good in the store.
disposals = Table(
    "disposals",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("type", Text, nullable=False),
    Column("disposal", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Index("disposals_by_disposal", "disposal"),
)

#: Who works on which review. A help for people: what was decided stands in the store, whatever stands here.
reviews = Table(
    "reviews",
    metadata,
    # The event that asked for it.
    Column("review", String(64), primary_key=True),
    # Who has it, as names are compared; "" = nobody.
    Column("holder", Text, nullable=False),
    Column("until", Utc),
    # How many people have said what they see, and who: as names are compared, a line each.
    Column("looks", Integer, nullable=False),
    Column("people", Text, nullable=False),
    Column("sent", Boolean, nullable=False),
)

#: Dead letters of records that could not be read, so that only their keys may name a document.
unreadable = Table(
    "unreadable",
    metadata,
    Column("event_id", String(128), primary_key=True),
    Column("stage", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("payload_sha256", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    # The document that the record's key names: a hint; "" where it names none.
    Column("about", String(64), nullable=False, server_default="", index=True),
)
