"""The tables that the kernel keeps in every service's database, and the migration that makes them."""

from typing import Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

_MOMENT = DateTime(timezone=True)


class Migrates(Protocol):
    """What is needed of `alembic.op`, which is a module."""

    def get_bind(self) -> Connection: ...

    def execute(self, sqltext: TextClause) -> None: ...


def kernel_tables(metadata: MetaData) -> None:
    """Adds the kernel's tables to a service's metadata."""
    Table(
        "outbox",  # facts of committed transactions; a row without a mark is still to be published
        metadata,
        Column("id", UUID(as_uuid=True), primary_key=True),
        Column("type", Text, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("actor", Text, nullable=False),
        Column("traceparent", Text),
        Column("body", Text, nullable=False),  # JSON, as it is published: the services never read it
        Column("created_at", _MOMENT, nullable=False),
        Column("generation", SmallInteger, nullable=False),  # raised when healing publishes it again, under another message id
        Column("parked", Text),  # why it cannot be published at all
        Index("outbox_parked", "id", postgresql_where=text("parked is not null")),
    )
    Table(
        "outbox_marks",  # narrow, so that marking costs a seventh of updating the row
        metadata,
        Column("outbox_id", UUID(as_uuid=True), primary_key=True),
        Column("stream_created", _MOMENT, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        UniqueConstraint("stream_created", "stream_seq", name="outbox_marks_place"),
    )
    Table(
        "snapshots",  # the newest state of what other services own
        metadata,
        Column("entity", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("body", JSONB, nullable=False),
    )
    Table(
        "consumer_positions",  # how far each durable has been handled, committed with the work
        metadata,
        Column("durable", Text, primary_key=True),
        Column("stream_created", _MOMENT, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        Column("fact_id", Text),
        Column("handled", BigInteger, nullable=False),
    )
    Table(
        "parked_facts",  # what nobody could handle, with the reason
        metadata,
        Column("id", UUID(as_uuid=True), primary_key=True),
        Column("durable", Text, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        Column("fact_id", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("reason", Text, nullable=False),
        Column("stack", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("parked_at", _MOMENT, nullable=False),
        UniqueConstraint("durable", "fact_id", name="parked_facts_once"),
    )
    Table(
        "idempotency_keys",  # successful answers, kept for a day
        metadata,
        Column("key", Text, primary_key=True),
        Column("body_hash", Text, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", Text, nullable=False),
        Column("created_at", _MOMENT, nullable=False),
        Index("idempotency_keys_by_age", "created_at"),
    )


def create_kernel_tables(op: Migrates) -> None:
    """For the first migration of a service."""
    metadata = MetaData()
    kernel_tables(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)
    op.execute(text("alter table outbox_marks set (fillfactor = 100)"))


def keep_fact_bodies_as_text(op: Migrates) -> None:
    """Change the outbox of before; one that was just created is like this already. Writers of the release before go on meanwhile."""
    op.execute(text("alter table outbox alter column body type text using body::text"))
