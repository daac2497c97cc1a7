"""The tables of tickets, on a registry of their own; the kernel's tables join the same metadata."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.tables import kernel_tables


class Table(SQLModel, registry=registry()):
    """Base of this service's tables."""


def _json() -> Any:
    """Of JSON that no index looks into: it is stored as it was written."""
    return Field(sa_column=Column(JSON, nullable=False))


def _since(kind: Any, default: str) -> Any:
    """Of a column that instances of an earlier release do not write."""
    return Field(sa_column=Column(kind, nullable=False, server_default=text(default)))


def _jsonb() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


def _moment(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), nullable=nullable))


def _words(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable))


_LIVING = text("state in ('open', 'assigned', 'in_progress', 'on_hold')")
_OUTDOORS = text(
    "state in ('open', 'assigned', 'in_progress', 'on_hold') and unit_key is null and spot is "
    "null and lat is not null"
)


class TicketRow(Table, table=True):
    """The names are those of the domain's ticket; `unit_key` to `updated_at` are drawn from it for
    queries.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_reference", "reference", unique=True),
        Index("tickets_by_site", "site_id", "id"),
        Index("tickets_by_site_and_state", "site_id", "state", "id"),
        Index("tickets_by_reporter", "reporter_id", "id"),
        Index(
            "tickets_by_unit",
            "site_id",
            "unit_key",
            "id",
            postgresql_where=text("unit_key is not null"),
        ),
        Index(
            "tickets_entered_for_others",
            "entered_by",
            "id",
            postgresql_where=text("entered_by <> reporter_id"),
        ),
        Index("tickets_by_update", "updated_at", "site_id"),
        Index(
            "tickets_alike",
            "site_id",
            "category",
            text("coalesce(unit_key, 'spot ' || spot)"),
            "id",
            postgresql_where=_LIVING,
        ),
        Index("tickets_alike_outdoors", "site_id", "category", "lat", postgresql_where=_OUTDOORS),
        Index("tickets_to_close", "closes_at", postgresql_where=text("closes_at is not null")),
        Index(
            "tickets_admitting",
            "admitted",
            postgresql_using="gin",
            postgresql_where=text("admitted <> '{}'::jsonb"),
        ),
        Index(
            "tickets_joined",
            "followers",
            postgresql_using="gin",
            postgresql_where=text("joined <> '[]'::jsonb"),
        ),
    )

    # What stays comes before what changes: an update is logged from the first byte that differs.
    id: UUID = Field(primary_key=True)
    site_id: str = _words()
    reference: str = _words()
    cycle: int
    category: str = _words()
    priority: str = _words()
    title: str = _words()
    description: str = _words()
    language: str = _words()
    channel: str = _words()
    reporter_id: str = _words()
    entered_by: str = _words()
    followers: list[str] = _jsonb()
    place: dict[str, Any] = _jsonb()
    skills: list[dict[str, Any]] = _json()
    answers: dict[str, str] = _json()
    needs_info: bool
    preferred_windows: list[dict[str, Any]] = _json()
    hold: str | None = _words(nullable=True)
    before: str | None = _words(nullable=True)
    observed: int = Field(sa_column=Column(BigInteger, nullable=False))
    duplicate_of: UUID | None
    opened_at: datetime = _moment()
    steps: list[dict[str, Any]] = _json()
    classes: list[dict[str, Any]] = _json()
    answered_at: datetime | None = _moment(nullable=True)
    told: list[str] = _json()
    appointments: list[dict[str, Any]] = _json()
    urges: list[str] = _json()
    ratings: list[dict[str, Any]] = _json()
    language_chosen: bool
    activities: list[dict[str, Any]] = _since(JSONB, "'[]'::jsonb")
    note: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True), nullable=True))
    cancel_requested_at: datetime | None = _moment(nullable=True)
    danger: list[dict[str, Any]] = _jsonb()
    attachments: list[dict[str, Any]] = _since(JSON, "'[]'")
    admitted: dict[str, str | None] = _jsonb()
    entries: int
    settled_by: str | None = _words(nullable=True)
    objection_ends_at: datetime | None = _moment(nullable=True)
    joined: list[dict[str, Any]] = _jsonb()
    unit_key: str | None = _words(nullable=True)
    spot: str | None = _words(nullable=True)
    lat: float | None
    lon: float | None
    closes_at: datetime | None = _moment(nullable=True)
    updated_at: datetime = _moment()
    version: int
    state: str = _words()


class WordsRow(Table, table=True):
    """What a ticket is found by (docs/decisions/0016-search-tokens.md)."""

    __tablename__ = "ticket_words"
    __table_args__ = (
        Index("ticket_words_by_site", "site_id", "ticket_id"),
        Index("ticket_words_tokens", "tokens", postgresql_using="gin"),
    )

    ticket_id: UUID = Field(primary_key=True)
    site_id: str = _words()
    said: str = _words()
    tokens: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class EntryRow(Table, table=True):
    """One line of a ticket's timeline; its words, if it is a comment, are in `comments`."""

    __tablename__ = "entries"

    ticket_id: UUID = Field(primary_key=True)
    n: int = Field(primary_key=True)
    at: datetime = _moment()
    name: str = _words()
    cause: str = _words()
    public: bool
    detail: dict[str, Any] = _json()
    comment_id: UUID | None


class CommentRow(Table, table=True):
    __tablename__ = "comments"

    id: UUID = Field(primary_key=True)
    ticket_id: UUID
    site_id: str = _words()
    author_id: str = _words()
    by_staff: bool
    public: bool
    text: str = _words()
    at: datetime = _moment()
    version: int
    by_technician: bool = _since(Boolean, "false")
    attachments: list[str] = _since(JSON, "'[]'")


class AttachmentRow(Table, table=True):
    """What is kept of a file on a ticket; `remove_at` is set when its ticket is gone."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_by_ticket", "ticket_id"),
        Index("attachments_to_remove", "remove_at", postgresql_where=text("remove_at is not null")),
    )

    id: UUID = Field(primary_key=True)
    ticket_id: UUID
    at: datetime = _moment()
    kept: dict[str, Any] = _json()
    remove_at: datetime | None = _moment(nullable=True)


class SiteRow(Table, table=True):
    """`revision` is new at every change: what was parsed of a row is good for as long as it is."""

    __tablename__ = "sites"
    __table_args__ = (
        Index("sites_code", "code", unique=True),
        Index("sites_to_restate", "said_at"),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    version: int
    code: str = _words()
    name: str = _words()
    time_zone: str = _words()
    language: str = _words()
    lat: float | None
    lon: float | None
    categories: list[dict[str, Any]] = _jsonb()
    removed_at: datetime | None = _moment(nullable=True)
    buildings: list[dict[str, Any]] = _jsonb()
    spots: list[dict[str, Any]] = _jsonb()
    danger_words: list[str] = _jsonb()
    residents_see_unit: bool
    close_after_working_days: int | None
    visits_stand_after_hours: int | None = Field(
        sa_column=Column(Integer, nullable=True, server_default=text("24"))
    )
    revision: UUID
    said_at: datetime = _moment()


class PersonRow(Table, table=True):
    """Who belongs to a site; `moves_at` is when the next unit that they left is seen to."""

    __tablename__ = "people"
    __table_args__ = (
        Index("people_by_person", "person_id"),
        Index("people_to_restate", "said_at"),
        Index("people_moving", "moves_at", postgresql_where=text("moves_at is not null")),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    site_id: str = _words()
    person_id: str = _words()
    version: int
    roles: list[str] | None = Field(sa_column=Column(JSONB))
    units: list[dict[str, Any]] | None = Field(sa_column=Column(JSONB))
    removed_at: datetime | None = _moment(nullable=True)
    units_left: list[str] = _json()
    moves_at: datetime | None = _moment(nullable=True)
    said_at: datetime = _moment()


class ShownRow(Table, table=True):
    """Which units a person's newest token claims, since when tokens do, and when each did last."""

    __tablename__ = "shown_claims"
    __table_args__ = (
        Index(
            "shown_claims_to_lapse",
            "claimed_at",
            postgresql_where=text("claimed_at is not null"),
        ),
    )

    person_id: str = Field(sa_column=Column(Text, primary_key=True))
    issued_at: datetime = _moment()
    units: dict[str, str] = _json()
    claimed: dict[str, str] = _json()
    claimed_at: datetime | None = _moment(nullable=True)


class NumberBlockRow(Table, table=True):
    """The next number that no process has taken yet; of a code, for it is the code that references
    begin with, whichever site has it.
    """

    __tablename__ = "number_blocks"

    code: str = Field(sa_column=Column(Text, primary_key=True))
    next_number: int = Field(sa_column=Column(BigInteger, nullable=False))


kernel_tables(Table.metadata)
