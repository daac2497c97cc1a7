"""The tables of sla, on a registry of their own; the kernel's tables join the same metadata."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Float, Index, Text, text
from sqlalchemy import false as sa_false
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field

from shared.db.row import Row
from shared.db.tables import kernel_tables


class Table(Row, registry=registry()):
    """Base of this service's tables."""


def _json() -> Any:
    """Of JSON that no index looks into: it is stored as it was written."""
    return Field(sa_column=Column(JSON, nullable=False))


def _jsonb() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


def _moment(*, nullable: bool = False, key: bool = False) -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), nullable=nullable, primary_key=key))


def _words(*, nullable: bool = False, key: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable, primary_key=key))


def _count() -> Any:
    return Field(sa_column=Column(BigInteger, nullable=False))


class PromisesRow(Table, table=True):
    """All clocks of one ticket, with the life that they were computed from.

    `urgent_at` is the earliest due time of a promise that is not yet done with, `looked_at` when
    the clocks were last found to stand so, `next_at` when to look at them again though nothing
    happens (None: never). `imported` are those of a ticket that is as it ended in a former system.
    `counted_at` is the `looked_at` of when its outcomes were last counted.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index("promises_to_look_at", "next_at", postgresql_where=text("next_at is not null")),
        Index(
            "promises_open", "site_id", "urgent_at", "ticket_id", postgresql_where=text("is_open")
        ),
        Index("promises_going_on", "site_id", "ticket_id", postgresql_where=text("going_on")),
        Index(
            "promises_to_count",
            "looked_at",
            postgresql_where=text("counted_at is distinct from looked_at"),
        ),
    )

    ticket_id: UUID = Field(primary_key=True)
    version: int
    site_id: str = _words()
    reference: str = _words()
    category: str = _words()
    priority: str = _words()
    ticket_state: str = _words()
    is_open: bool
    going_on: bool
    policy_id: str = _words()
    policy_version: int
    life: dict[str, Any] = _json()
    clocks: list[dict[str, Any]] = _json()
    objection: dict[str, Any] | None = Field(
        sa_column=Column(JSONB(none_as_null=True), nullable=True)
    )
    urgent_at: datetime | None = _moment(nullable=True)
    next_at: datetime | None = _moment(nullable=True)
    looked_at: datetime = _moment()
    imported: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=sa_false()))
    counted_at: datetime | None = _moment(nullable=True)


class ClockRow(Table, table=True):
    """One promise that is not yet done with: running, paused, or broken and still waited for."""

    __tablename__ = "clocks"
    __table_args__ = (
        Index("clocks_by_urgency", "site_id", "state", "due_at", "ticket_id"),
        Index(
            "clocks_at_risk",
            "due_at",
            "site_id",
            "priority",
            "kind",
            postgresql_where=text("state = 'running'"),
        ),
    )

    ticket_id: UUID = Field(primary_key=True)
    kind: str = _words(key=True)
    site_id: str = _words()
    priority: str = _words()
    state: str = _words()
    due_at: datetime | None = _moment(nullable=True)


class AnnouncementRow(Table, table=True):
    """The key is what makes each of them once."""

    __tablename__ = "announcements"

    ticket_id: UUID = Field(primary_key=True)
    clock: str = _words(key=True)
    threshold: int = Field(primary_key=True)
    due_at: datetime = _moment(key=True)
    fell_at: datetime = _moment()
    announced_at: datetime = _moment()
    skipped: bool


class PolicyRow(Table, table=True):
    """One version of a policy, in force from `since` until the next one."""

    __tablename__ = "policies"
    __table_args__ = (
        Index("policies_newest", "id", unique=True, postgresql_where=text("until is null")),
        Index("policies_of_site", "site_id"),
    )

    id: str = _words(key=True)
    version: int = Field(primary_key=True)
    site_id: str | None = _words(nullable=True)
    since: datetime = _moment()
    until: datetime | None = _moment(nullable=True)
    body: dict[str, Any] = _jsonb()


class CalendarRow(Table, table=True):
    """One version of a calendar, in force from `since` until the next one."""

    __tablename__ = "calendars"
    __table_args__ = (
        Index("calendars_newest", "id", unique=True, postgresql_where=text("until is null")),
        Index("calendars_of_site", "site_id"),
    )

    id: str = _words(key=True)
    version: int = Field(primary_key=True)
    site_id: str | None = _words(nullable=True)
    since: datetime = _moment()
    until: datetime | None = _moment(nullable=True)
    body: dict[str, Any] = _jsonb()


class SiteZoneRow(Table, table=True):
    """The time zone that a site had from `since` on."""

    __tablename__ = "site_zones"

    site_id: str = _words(key=True)
    since: datetime = _moment(key=True)
    time_zone: str = _words()


class SweepRow(Table, table=True):
    """Clocks that are to be computed again because a calendar changed: those of a site, or of all
    (None), in order of their tickets.
    """

    __tablename__ = "sweeps"

    id: UUID = Field(primary_key=True)
    site_id: str | None = _words(nullable=True)
    done_to: UUID | None


class FigureRow(Table, table=True):
    """Figures that are kept along with what they count, so that it never has to be counted.

    `kind` is a kind of clock, or `ticket`. `counted` is either a state that so many are in now, or
    what only grows: `breaches`, `warnings` and `kept`. The release before counted clocks by how
    long they ran, too (`le:60`, with their `seconds`).
    """

    __tablename__ = "figures"

    site_id: str = _words(key=True)
    priority: str = _words(key=True)
    kind: str = _words(key=True)
    counted: str = _words(key=True)
    n: int = Field(sa_column=Column(BigInteger, nullable=False))
    seconds: float = Field(sa_column=Column(Float, nullable=False, server_default="0"))


class OutcomeRow(Table, table=True):
    """What became of one promise, as it was counted last; `cause` is empty but for what was
    broken.
    """

    __tablename__ = "outcomes"
    __table_args__ = (Index("outcomes_by_day", "site_id", "outcome", "day", "ticket_id", "kind"),)

    ticket_id: UUID = Field(primary_key=True)
    kind: str = _words(key=True)
    site_id: str = _words()
    day: date
    category: str = _words()
    priority: str = _words()
    outcome: str = _words()
    cause: str = _words()
    imported: bool
    due_at: datetime | None = _moment(nullable=True)
    stopped_at: datetime | None = _moment(nullable=True)
    ran_ms: int = _count()
    paused_ms: int = _count()
    late_ms: int = _count()


class OutcomeSumRow(Table, table=True):
    """Outcomes by the month in which their tickets were opened, in their site's zone. They stay
    when the tickets are forgotten.
    """

    __tablename__ = "outcome_sums"

    site_id: str = _words(key=True)
    month: date = Field(primary_key=True)
    category: str = _words(key=True)
    priority: str = _words(key=True)
    kind: str = _words(key=True)
    outcome: str = _words(key=True)
    cause: str = _words(key=True)
    imported: bool = Field(primary_key=True)
    n: int = _count()
    stopped: int = _count()
    ran_ms: int = _count()
    paused_ms: int = _count()
    late_ms: int = _count()


class OutcomeDayRow(Table, table=True):
    """Outcomes by the day on which their tickets were opened, as long as these are kept. Triggers
    of `outcomes` keep them.
    """

    __tablename__ = "outcome_days"

    site_id: str = _words(key=True)
    day: date = Field(primary_key=True)
    category: str = _words(key=True)
    kind: str = _words(key=True)
    outcome: str = _words(key=True)
    cause: str = _words(key=True)
    imported: bool = Field(primary_key=True)
    n: int = _count()
    stopped: int = _count()
    ran_ms: int = _count()
    paused_ms: int = _count()
    late_ms: int = _count()


class MonthlySumRow(Table, table=True):
    """What the release before keeps of promises that it deletes: nothing reads it any more."""

    __tablename__ = "monthly_sums"

    site_id: str = _words(key=True)
    month: date = Field(primary_key=True)
    category: str = _words(key=True)
    priority: str = _words(key=True)
    kind: str = _words(key=True)
    met: int = _count()
    breached: int = _count()
    cancelled: int = _count()
    seconds_to_stop: float


kernel_tables(Table.metadata)
