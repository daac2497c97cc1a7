"""The tables of dispatch.

What is unique here is what keeps a second winner and a double booking out.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    UUID,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field

from services.dispatch.store.handed_out_tables import handed_out_tables
from shared.db.row import Row
from shared.db.tables import kernel_tables

MADE_AT = "COALESCE(substr((steps -> 0) ->> 'at'::text, 1, 19), ''::text)"
"""The second in which a job was made, in UTC. As PostgreSQL shows it."""


class Table(Row, registry=registry()):
    """Base of this service's tables."""


def _column(kind: Any, *, null: bool = False, key: bool = False, default: str | None = None) -> Any:
    """Return a column; `default` is SQL, for rows that a release before writes without it."""
    given = None if default is None else text(default)
    return Field(sa_column=Column(kind, nullable=null, primary_key=key, server_default=given))


def _where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index of those rows alone that meet a condition."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where))


def _moment(*, null: bool = False) -> Any:
    return _column(DateTime(timezone=True), null=null)


class WorkOrderRow(Table, table=True):
    """`rank`, `held`, `category` and `spot` are read out of `need`, for the queries that look for
    waiting work.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        _where("work_orders_by_spot", "site_id", "spot", "id", where="spot is not null"),
        _where("work_orders_unassignable", "site_id", where="unassignable_at is not null"),
    )

    id: uuid.UUID = _column(UUID(), key=True)
    version: int = _column(Integer())
    observed: int = _column(Integer())
    site_id: str = _column(Text())
    cycle: int = _column(Integer())
    state: str = _column(Text())
    reason: str | None = _column(Text(), null=True)
    need: dict[str, Any] = _column(JSON())
    rank: int = _column(Integer())
    held: bool = _column(Boolean())
    category: str = _column(Text())
    spot: str | None = _column(Text(), null=True)
    unassignable: list[dict[str, Any]] = _column(JSON())
    unassignable_at: datetime | None = _moment(null=True)
    left_to_desk_at: datetime | None = _moment(null=True)


class JobRow(Table, table=True):
    """`needed` is what it takes, as `SKILL:LEVEL`, and `window` until the resident is at home;
    `held` says that its ticket is held by staff.

    `rank` and `due_at` (infinity without a promise) repeat what its work order and `promises` say,
    for the index of what waits alone: what stands there counts, and a job of which this has fallen
    behind is put in its place when it is looked at.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_number", "work_order_id", "cycle", "number", unique=True),
        _where(
            "jobs_waiting",
            *("site_id", "needed", "rank", "due_at", "work_order_id", "id"),
            where="state = 'waiting' and not held",
        ),
        _where(
            "jobs_pooled",
            *("site_id", "rank", "due_at", "work_order_id", "id"),
            where="state = 'waiting' and not held and pool is not null",
        ),
        Index("jobs_by_site", "site_id", "work_order_id"),
        Index("jobs_by_age", "site_id", text(MADE_AT), "id"),
        Index("jobs_by_site_and_state", "site_id", "state", "work_order_id"),
        _where(
            "jobs_by_technician",
            "technician_id",
            "state",
            "work_order_id",
            where="technician_id is not null",
        ),
    )

    id: uuid.UUID = _column(UUID(), key=True)
    work_order_id: uuid.UUID = _column(UUID())
    site_id: str = _column(Text())
    cycle: int = _column(Integer())
    number: int = _column(Integer())
    state: str = _column(Text())
    technician_id: str | None = _column(Text(), null=True)
    planned_arrival: datetime | None = _moment(null=True)
    planned_at: datetime | None = _moment(null=True)
    paused_at_version: int | None = _column(Integer(), null=True)
    reason: str | None = _column(Text(), null=True)
    steps: list[dict[str, Any]] = _column(JSON())
    skills: list[dict[str, Any]] | None = _column(JSON(none_as_null=True), null=True)
    needed: list[str] = _column(ARRAY(Text()))
    held: bool = _column(Boolean())
    report: dict[str, Any] | None = _column(JSON(none_as_null=True), null=True)
    holder_bars: list[str] = _column(ARRAY(Text()), default="'{}'")
    rank: int = _column(Integer(), default="2")
    due_at: datetime = _column(DateTime(timezone=True), default="'infinity'")
    pool: dict[str, Any] | None = _column(JSON(none_as_null=True), null=True)


class OfferRow(Table, table=True):
    __tablename__ = "offers"
    __table_args__ = (
        Index("offers_by_job", "job_id", "id"),
        Index("offers_by_work_order", "work_order_id", "id"),
        _where("offers_open", "expires_at", where="state = 'open'"),
        _where("offers_open_once", "technician_id", "job_id", unique=True, where="state = 'open'"),
    )

    id: uuid.UUID = _column(UUID(), key=True)
    job_id: uuid.UUID = _column(UUID())
    work_order_id: uuid.UUID = _column(UUID())
    technician_id: str = _column(Text())
    state: str = _column(Text())
    offered_at: datetime = _moment()
    expires_at: datetime = _moment()
    decided_at: datetime | None = _moment(null=True)
    reason: str | None = _column(Text(), null=True)
    interrupts: bool = _column(Boolean(), default="false")
    assigned_by: str | None = _column(Text(), null=True)
    overrule: str | None = _column(Text(), null=True)


class AssignmentRow(Table, table=True):
    """A job in a technician's hands.

    While it has not ended: one technician a job, one job a slot, one job being done.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("slot between 1 and capacity", name="assignments_within_capacity"),
        _where("assignments_one_winner", "job_id", unique=True, where="ended_at is null"),
        _where(
            "assignments_one_slot", "technician_id", "slot", unique=True, where="ended_at is null"
        ),
        _where(
            "assignments_one_doing",
            "technician_id",
            unique=True,
            where="doing and ended_at is null",
        ),
        Index("assignments_by_technician", "technician_id", "accepted_at"),
        Index("assignments_by_job", "job_id"),
    )

    id: uuid.UUID = _column(UUID(), key=True)
    job_id: uuid.UUID = _column(UUID())
    technician_id: str = _column(Text())
    slot: int = _column(Integer())
    capacity: int = _column(Integer())
    doing: bool = _column(Boolean())
    accepted_at: datetime = _moment()
    visit_start: datetime | None = _moment(null=True)
    visit_end: datetime | None = _moment(null=True)
    ended_at: datetime | None = _moment(null=True)
    ended_as: str | None = _column(Text(), null=True)


class TechnicianRow(Table, table=True):
    """`review_at` is when what they have in hand is to be looked at again: a leave begins, or they
    changed or went; `certificates_at` when that a certificate ends is to be told next, or one is
    over; `said_at` when a fact last told of them."""

    __tablename__ = "technicians"
    __table_args__ = (
        Index("technicians_by_site", "sites", postgresql_using="gin"),
        _where("technicians_to_restate", "said_at", where="removed_at is null"),
        _where("technicians_to_review", "review_at", where="review_at is not null"),
        _where("technicians_to_warn", "certificates_at", where="certificates_at is not null"),
    )

    id: str = _column(Text(), key=True)
    version: int = _column(Integer())
    name: str = _column(Text())
    sites: list[str] = _column(ARRAY(Text()))
    skills: list[dict[str, Any]] = _column(JSONB())
    home: dict[str, Any] | None = _column(JSONB(none_as_null=True), null=True)
    capacity: int = _column(Integer())
    shifts: list[dict[str, Any]] | None = _column(JSONB(none_as_null=True), null=True)
    leave: list[dict[str, Any]] = _column(JSONB())
    review_at: datetime | None = _moment(null=True)
    said_at: datetime = _moment()
    position: dict[str, Any] | None = _column(JSONB(none_as_null=True), null=True)
    language: str = _column(Text())
    removed_at: datetime | None = _moment(null=True)
    certificates: list[dict[str, Any]] = _column(JSONB(), default="'[]'")
    certificate_warnings: list[dict[str, Any]] = _column(JSONB(), default="'[]'")
    certificates_at: datetime | None = _moment(null=True)


class SiteRulesRow(Table, table=True):
    __tablename__ = "site_rules"

    site_id: str = _column(Text(), key=True)
    version: int = _column(Integer())
    body: dict[str, Any] = _column(JSONB())


class PromiseRow(Table, table=True):
    """When the next promise about a ticket falls due, from sla; null while none runs.

    There may be no work order yet.
    """

    __tablename__ = "promises"

    id: uuid.UUID = _column(UUID(), key=True)
    due_at: datetime | None = _moment(null=True)


class PlanningQueueRow(Table, table=True):
    """At `at` a site is worth a look: at a job, or at all that waits for the sake of a technician
    (`store/planning_queue.py`).

    With a `version`, of its work order or of the technician, it was left for later by handing out;
    without one it is news.
    """

    __tablename__ = "planning_queue"
    __table_args__ = (
        Index("planning_queue_due", "at"),
        Index("planning_queue_by_site", "site_id", "at"),
        _where("planning_queue_by_job", "job_id", where="job_id is not null"),
        _where("planning_queue_news", "site_id", where="version is null"),
    )

    id: uuid.UUID = _column(UUID(), key=True)
    site_id: str = _column(Text())
    at: datetime = _moment()
    job_id: uuid.UUID | None = _column(UUID(), null=True)
    version: int | None = _column(Integer(), null=True)
    observed: int | None = _column(Integer(), null=True)
    technician_id: str | None = _column(Text(), null=True)


Metadata: MetaData = Table.metadata
kernel_tables(Metadata)
handed_out_tables(Metadata)

# All records of a person are looked for by the person, who stands behind the first slash of a
# record's id. As PostgreSQL shows it.
Index(
    "snapshots_of_people",
    text("substr(id, strpos(id, '/'::text) + 1)"),
    postgresql_where=text("entity = 'tickets.person'"),
    _table=Metadata.tables["snapshots"],
)
