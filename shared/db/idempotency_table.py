"""The table of answers that are kept under an `Idempotency-Key`: of the kernel's, the one that a
service without a broker has.
"""

from sqlalchemy import Column, DateTime, Index, MetaData, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import JSON


def idempotency_table(metadata: MetaData) -> None:
    """Add it to a service's metadata."""
    Table(
        "idempotency_keys",  # successful answers, kept for a day
        metadata,
        Column("key", Text, primary_key=True),
        Column("body_hash", Text, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", JSON, nullable=False),
        Column("body", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Index("idempotency_keys_by_age", "created_at"),
    )
