"""Notify's tables. Rows carry the column names of the domain's values, so that both
can be saved as they are.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB, TIMESTAMP
from sqlalchemy.orm import registry
from sqlmodel import Field

from shared.db.row import Row
from shared.db.tables import kernel_tables


class Table(Row, registry=registry()):
    """Base of this service's tables."""


_MOMENT: Any = TIMESTAMP(timezone=True)
_TEXT: Any = Text


class RecipientRow(Table, table=True):
    __tablename__ = "recipients"
    __table_args__ = (
        Index("recipients_by_phone", "phone", "id", postgresql_where=text("phone is not null")),
    )

    id: str = Field(primary_key=True, sa_type=_TEXT)
    version: int = Field(sa_type=BigInteger)
    language: str = Field(sa_type=_TEXT)
    language_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    name: str | None = Field(sa_type=_TEXT, nullable=True)
    phone: str | None = Field(sa_type=_TEXT, nullable=True)
    email: str | None = Field(sa_type=_TEXT, nullable=True)


class AudienceRow(Table, table=True):
    """Who listens to what is said about a site, in which role and since when."""

    __tablename__ = "audience"
    __table_args__ = (Index("audience_by_site", "site"),)

    recipient_id: str = Field(primary_key=True, sa_type=_TEXT)
    role: str = Field(primary_key=True, sa_type=_TEXT)
    site: str = Field(primary_key=True, sa_type=_TEXT)
    since: datetime = Field(sa_type=_MOMENT)


class SiteAudienceRow(Table, table=True):
    """How many listen to a site (`*`: to every site), as it was last published."""

    __tablename__ = "site_audiences"

    site: str = Field(primary_key=True, sa_type=_TEXT)
    version: int = Field(sa_type=BigInteger)
    listeners: int = Field(sa_type=BigInteger)


class EndpointRow(Table, table=True):
    __tablename__ = "endpoints"
    __table_args__ = (
        Index("endpoints_by_owner", "owner", postgresql_where=text("removed_at is null")),
        Index("endpoints_by_registrar", "registrar", postgresql_where=text("removed_at is null")),
        # Those of mail are as many as people; what goes over webhooks alone goes by this one.
        Index(
            "webhooks_in_use",
            "id",
            postgresql_where=text("removed_at is null and channel = 'webhook'"),
        ),
        Index(
            "mailboxes_once",
            "owner",
            unique=True,
            postgresql_where=text("removed_at is null and channel = 'email'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    owner: str = Field(sa_type=_TEXT)
    registrar: str | None = Field(sa_type=_TEXT, nullable=True)
    url: str = Field(sa_type=_TEXT)
    kinds: list[str] | None = Field(sa_type=ARRAY(Text), nullable=True)
    sites: list[str] | None = Field(sa_type=ARRAY(Text), nullable=True)
    secrets: list[dict[str, Any]] = Field(sa_type=JSONB)
    version: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=_MOMENT)
    disabled_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    disabled_reason: str | None = Field(sa_type=_TEXT, nullable=True)
    failures: int = Field(sa_type=BigInteger)
    failing_since: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    blocked_until: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    removed_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    channel: str = Field(sa_type=_TEXT, sa_column_kwargs={"server_default": "webhook"})
    given_by_owner: bool = Field(sa_column_kwargs={"server_default": false()})


class PreferencesRow(Table, table=True):
    """What a person wants to hear, where they have said anything."""

    __tablename__ = "preferences"

    recipient_id: str = Field(primary_key=True, sa_type=_TEXT)
    version: int = Field(sa_type=BigInteger)
    channels: dict[str, Any] = Field(sa_type=JSON)


class UnreachableRow(Table, table=True):
    """People of a site whom nothing beside their inbox reaches, and since when."""

    __tablename__ = "unreachable"
    __table_args__ = (Index("unreachable_by_site", "site", "recipient_id"),)

    recipient_id: str = Field(primary_key=True, sa_type=_TEXT)
    site: str = Field(primary_key=True, sa_type=_TEXT)
    since: datetime = Field(sa_type=_MOMENT)


class LoginLinkRow(Table, table=True):
    """A link that logs a person in, sealed, until it is sent or of no use any more."""

    __tablename__ = "login_links"
    __table_args__ = (
        Index("login_links_by_end", "until"),
        Index("login_links_by_recipient", "recipient_id"),
    )

    message_id: UUID = Field(primary_key=True)
    recipient_id: str = Field(sa_type=_TEXT)
    sealed: str = Field(sa_type=_TEXT)
    until: datetime = Field(sa_type=_MOMENT)


class MessageRow(Table, table=True):
    __tablename__ = "messages"
    __table_args__ = (
        # What makes each of them once, and the way to those about a ticket. A hash, since the
        # three have 100 bytes; within a ticket it is as good as they are. The ticket comes first:
        # new entries lie side by side, on few pages. Brackets as PostgreSQL shows them, or the
        # comparison of tables would find a difference.
        Index(
            "messages_said_once",
            "ticket_id",
            text("hashtextextended((((recipient_id || ' ') || kind) || ' ') || cause, 0)"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("messages_by_recipient", "recipient_id", "id"),
        Index(
            "messages_by_recipient_and_site",
            "recipient_id",
            "site_id",
            postgresql_where=text("site_id is not null"),
        ),
        Index(
            "messages_unread",
            "recipient_id",
            "id",
            postgresql_where=text("read_at is null and stale is null"),
        ),
        Index("messages_about_no_ticket", "created_at", postgresql_where=text("ticket_id is null")),
    )

    id: UUID = Field(primary_key=True)
    recipient_id: str = Field(sa_type=_TEXT)
    kind: str = Field(sa_type=_TEXT)
    cause: str = Field(sa_type=_TEXT)
    ticket_id: UUID | None = Field(nullable=True)
    site_id: str | None = Field(sa_type=_TEXT, nullable=True)
    at: datetime = Field(sa_type=_MOMENT)
    created_at: datetime = Field(sa_type=_MOMENT)
    until: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    stale: str | None = Field(sa_type=_TEXT, nullable=True)
    language: str = Field(sa_type=_TEXT)
    title: str = Field(sa_type=_TEXT)
    text: str = Field(sa_type=_TEXT)
    data: dict[str, Any] = Field(sa_type=JSON)
    topic: str | None = Field(sa_type=_TEXT, nullable=True)
    """What a repeat has the same beside its kind; None for what is told by itself."""
    read_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)


class DeliveryRow(Table, table=True):
    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "endpoint_id", name="deliveries_once"),
        Index(
            "deliveries_due",
            "channel",
            "next_attempt_at",
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "deliveries_pending_by_endpoint",
            "endpoint_id",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("deliveries_failed", "id", postgresql_where=text("state = 'failed'")),
    )

    id: UUID = Field(primary_key=True)
    # one without its message would be due for ever
    message_id: UUID = Field(foreign_key="messages.id")
    endpoint_id: UUID
    kind: str = Field(sa_type=_TEXT)
    state: str = Field(sa_type=_TEXT)
    attempts: int = Field(sa_type=BigInteger)
    next_attempt_at: datetime = Field(sa_type=_MOMENT)
    until: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    claim: UUID | None = Field(nullable=True)
    reason: str | None = Field(sa_type=_TEXT, nullable=True)
    done_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    channel: str = Field(sa_type=_TEXT, sa_column_kwargs={"server_default": "webhook"})


class AttemptRow(Table, table=True):
    __tablename__ = "attempts"
    __table_args__ = (
        Index("attempts_by_endpoint", "endpoint_id", "id"),
        Index("attempts_by_age", "at"),
    )

    id: UUID = Field(primary_key=True)
    delivery_id: UUID
    endpoint_id: UUID
    message_id: UUID
    kind: str = Field(sa_type=_TEXT)
    at: datetime = Field(sa_type=_MOMENT)
    latency_ms: int = Field(sa_type=BigInteger)
    status: int | None = Field(sa_type=BigInteger, nullable=True)
    error: str | None = Field(sa_type=_TEXT, nullable=True)
    answer: str = Field(sa_type=_TEXT)
    reply_fault: str | None = Field(sa_type=_TEXT, nullable=True)


class OfferAnswerRow(Table, table=True):
    """What a technician's client said in a webhook's reply: the first answer to each offer."""

    __tablename__ = "offer_answers"
    __table_args__ = (Index("offer_answers_by_ticket", "ticket_id"),)

    offer_id: UUID = Field(primary_key=True)
    ticket_id: UUID
    technician_id: str = Field(sa_type=_TEXT)
    decision: str = Field(sa_type=_TEXT)
    answered_at: datetime = Field(sa_type=_MOMENT)


class WaitingRow(Table, table=True):
    """New tickets whose promises are waited for, until when."""

    __tablename__ = "waiting"
    __table_args__ = (Index("waiting_by_end", "until"),)

    ticket_id: UUID = Field(primary_key=True)
    site_id: str = Field(sa_type=_TEXT)
    until: datetime = Field(sa_type=_MOMENT)


class RepeatsRow(Table, table=True):
    """Tickets of which repeats wait to be told as one, until when."""

    __tablename__ = "repeats"
    __table_args__ = (Index("repeats_by_end", "until"),)

    ticket_id: UUID = Field(primary_key=True)
    until: datetime = Field(primary_key=True, sa_type=_MOMENT)
    site_id: str = Field(sa_type=_TEXT)


kernel_tables(Table.metadata)

# A ticket's comments are looked for by the ticket; the kernel's table knows them by their own ids.
# Of columns that no change of a snapshot touches, so that these leave all indexes alone (HOT).
Index(
    "snapshots_by_what_they_are_about",
    Table.metadata.tables["snapshots"].c.about,
    postgresql_where=text("about is not null"),
)

# All records of a person are looked for by the person, who stands behind the first slash of a
# record's id. As PostgreSQL shows it.
Index(
    "snapshots_of_people",
    text("substr(id, strpos(id, '/'::text) + 1)"),
    postgresql_where=text("entity = 'tickets.person'"),
    _table=Table.metadata.tables["snapshots"],
)
