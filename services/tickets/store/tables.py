"""The tables of tickets, on a registry of their own; the kernel's tables join the same metadata."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlmodel import Field

from services.tickets.store.attachment_tables import AttachmentRow as AttachmentRow
from services.tickets.store.columns import Table as Table
from services.tickets.store.columns import json as _json
from services.tickets.store.columns import jsonb as _jsonb
from services.tickets.store.columns import moment as _moment
from services.tickets.store.columns import since as _since
from services.tickets.store.columns import words as _words
from services.tickets.store.people_tables import PersonRow as PersonRow
from services.tickets.store.people_tables import ShownRow as ShownRow
from services.tickets.store.place_tables import BuildingRow as BuildingRow
from services.tickets.store.place_tables import PlaceRow as PlaceRow
from shared.db.tables import kernel_tables

NOT_OF_FAULTS = "nature <> 'fault'"
"""As the index by nature has it, and as what it is to answer must have it."""
_EMERGENCY = text("priority = 'emergency'")
_LIVES = "state in ('open', 'assigned', 'in_progress', 'on_hold')"
_LIVING = text(_LIVES)
_OVER = text("state in ('closed', 'cancelled')")
_LISTED = text("external_id is not null")
_LISTED_LIVING = text(f"external_id is not null and {_LIVES}")
_NO_FAULTS = text(f"{NOT_OF_FAULTS} and {_LIVES}")
_UNHEARD = text("unheard_since is not null")
_OUTDOORS = text(f"{_LIVES} and unit_key is null and spot is null and lat is not null")


class TicketRow(Table, table=True):
    """The names are those of the domain's ticket; `unit_key` to `updated_at` are drawn from it for
    queries.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_reference", "reference", unique=True),
        Index("tickets_by_site", "site_id", "id"),
        Index("tickets_by_site_and_state", "site_id", "state", "id"),
        Index("tickets_emergencies", "site_id", "state", "id", postgresql_where=_EMERGENCY),
        Index("tickets_over", "site_id", "state", "category", "id", postgresql_where=_OVER),
        Index("tickets_by_nature", "site_id", "nature", "id", postgresql_where=text(NOT_OF_FAULTS)),
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
        Index("tickets_external", "site_id", "external_id", unique=True, postgresql_where=_LISTED),
        Index("tickets_imported", "site_id", "id", postgresql_where=_LISTED),
        Index("tickets_imported_living", "site_id", "id", postgresql_where=_LISTED_LIVING),
        Index("tickets_living_by_nature", "site_id", "nature", "id", postgresql_where=_NO_FAULTS),
        Index("tickets_unheard", "site_id", "unheard_since", postgresql_where=_UNHEARD),
    )

    # What stays comes before what changes: an update is logged from the first byte that differs.
    id: UUID = Field(primary_key=True)
    site_id: str = _words()
    reference: str = _words()
    cycle: int
    category: str = _words()
    priority: str = _words()
    nature: str = Field(sa_column=Column(Text, nullable=False, server_default="fault"))
    road: str = Field(sa_column=Column(Text, nullable=False, server_default="dispatch"))
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
    missing: list[dict[str, Any]] = Field(
        sa_column=Column(JSON, nullable=False, server_default=text("'[]'"))
    )
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
    imported: dict[str, Any] | None = Field(sa_column=Column(JSONB(none_as_null=True)))
    attachments: list[dict[str, Any]] = _since(JSON, "'[]'")
    admitted: dict[str, str | None] = _jsonb()
    entries: int
    settled_by: str | None = _words(nullable=True)
    objection_ends_at: datetime | None = _moment(nullable=True)
    joined: list[dict[str, Any]] = _jsonb()
    unheard_since: datetime | None = _moment(nullable=True)
    unit_key: str | None = _words(nullable=True)
    spot: str | None = _words(nullable=True)
    lat: float | None
    lon: float | None
    external_id: str | None = _words(nullable=True)
    closes_at: datetime | None = _moment(nullable=True)
    updated_at: datetime = _moment()
    version: int
    state: str = _words()


class UntoldRow(Table, table=True):
    """A ticket of a list of which no fact has told yet; one does at `due_at`."""

    __tablename__ = "untold_tickets"
    __table_args__ = (Index("untold_tickets_due", "due_at"),)

    ticket_id: UUID = Field(primary_key=True)
    due_at: datetime = _moment()


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


class DuesRow(Table, table=True):
    """When what a living ticket waits for falls due, `due_at` is the earliest of the others; and
    since when no technician can take it.
    """

    __tablename__ = "ticket_dues"
    __table_args__ = (
        Index(
            "ticket_dues_by_site",
            "site_id",
            "due_at",
            "ticket_id",
            postgresql_where=text("due_at is not null"),
        ),
        Index(
            "ticket_dues_anywhere",
            "due_at",
            "ticket_id",
            "site_id",
            postgresql_where=text("due_at is not null"),
        ),
        Index(
            "ticket_dues_unassignable",
            "site_id",
            "unassignable_at",
            postgresql_where=text("unassignable_at is not null"),
        ),
    )

    ticket_id: UUID = Field(primary_key=True)
    site_id: str = _words()
    due_at: datetime | None = _moment(nullable=True)
    response_due_at: datetime | None = _moment(nullable=True)
    arrival_due_at: datetime | None = _moment(nullable=True)
    resolution_due_at: datetime | None = _moment(nullable=True)
    unassignable_at: datetime | None = _moment(nullable=True)


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


class SiteRow(Table, table=True):
    """`revision` is new at every change: what was parsed from a row is good for as long as its
    revision is. `told_revision` is the one whose buildings were told: another, where an instance of
    a release that tells of none has changed the site.
    """

    __tablename__ = "sites"
    __table_args__ = (
        Index("sites_code", "code", unique=True),
        Index("sites_to_restate", "said_at"),
        Index(
            "sites_to_tell",
            "id",
            postgresql_where=text("told_revision is distinct from revision"),
        ),
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
    phone: str | None = _words(nullable=True)
    revision: UUID
    said_at: datetime = _moment()
    told_revision: UUID | None


class NumberBlockRow(Table, table=True):
    """The next number that no process has taken yet; of a code, for it is the code that references
    begin with, whichever site has it.
    """

    __tablename__ = "number_blocks"

    code: str = Field(sa_column=Column(Text, primary_key=True))
    next_number: int = Field(sa_column=Column(BigInteger, nullable=False))


kernel_tables(Table.metadata)
