"""Lists of tickets: what is asked for, cut to what the caller may see, as one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, and_, cast, false, or_, select, text, true

from services.tickets.domain.ticket import Ticket
from services.tickets.store.queries import ticket_of
from services.tickets.store.tables import Table
from shared.contracts.tickets import Priority, TicketState
from shared.db.transaction import Transaction

_TICKETS = Table.metadata.tables["tickets"].c
_SITES = Table.metadata.tables["sites"].c


@dataclass(frozen=True, kw_only=True)
class Filters:
    """None or empty asks for everything. `most` rows with an id below `before`; `text` is looked for in words, reference and place."""

    most: int
    before: UUID | None = None
    site_id: str | None = None
    states: tuple[TicketState, ...] = ()
    category: str | None = None
    priority: Priority | None = None
    reporter_id: str | None = None
    reference: str | None = None
    text: str | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Who looks, and where they are what; sites None means every one."""

    id: str
    staff_sites: frozenset[str] | None
    resident_sites: frozenset[str] | None
    technician_sites: frozenset[str] | None
    integration_sites: frozenset[str] | None
    units: frozenset[str]


async def find_tickets(tx: Transaction, filters: Filters, scope: Scope) -> Sequence[Ticket]:
    """Newest first."""
    statement = (
        select(Table.metadata.tables["tickets"])
        .where(_visible(scope, now=tx.now), *_asked_for(filters))
        .order_by(_TICKETS.id.desc())
        .limit(filters.most)
    )
    return [ticket_of(row) for row in await tx.rows(statement)]


def _asked_for(asked: Filters) -> list[ColumnElement[bool]]:
    """The conditions that are set; the upper ends of ranges are exclusive."""
    conditions = []
    if asked.before:
        conditions.append(_TICKETS.id < asked.before)
    if asked.states:
        conditions.append(_TICKETS.state.in_([state.value for state in asked.states]))
    if asked.text:
        conditions.append(_has_text(asked.text))
    if asked.opened_from:
        conditions.append(_TICKETS.opened_at >= asked.opened_from)
    if asked.opened_to:
        conditions.append(_TICKETS.opened_at < asked.opened_to)
    if asked.updated_from:
        conditions.append(_TICKETS.updated_at >= asked.updated_from)
    if asked.updated_to:
        conditions.append(_TICKETS.updated_at < asked.updated_to)
    same = (
        (_TICKETS.site_id, asked.site_id),
        (_TICKETS.category, asked.category),
        (_TICKETS.priority, asked.priority),
        (_TICKETS.reporter_id, asked.reporter_id),
        (_TICKETS.reference, asked.reference),
    )
    return conditions + [column == value for column, value in same if value is not None]


def _has_text(words: str) -> ColumnElement[bool]:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    columns = (
        _TICKETS.title,
        _TICKETS.description,
        _TICKETS.reference,
        _TICKETS.unit_key,
        _TICKETS.spot,
        _TICKETS.place["address"].astext,
    )
    return or_(*(column.ilike(f"%{escaped}%", escape="\\") for column in columns))


def _visible(scope: Scope, *, now: datetime) -> ColumnElement[bool]:
    """The same rules as `visibility.may_see`, for many; a test holds the two together."""
    own = _TICKETS.reporter_id == scope.id
    if scope.units:
        shared = select(_SITES.id).where(_SITES.residents_see_unit)
        own = or_(own, and_(_TICKETS.unit_key.in_(scope.units), _TICKETS.site_id.in_(shared)))
    until = cast(_TICKETS.admitted[scope.id].astext, DateTime(timezone=True))
    # The first condition says what the index leaves out; without it the index is not used.
    admitted = and_(text("admitted <> '{}'::jsonb"), _TICKETS.admitted.has_key(scope.id), or_(until.is_(None), until > now))
    return or_(
        _at(scope.staff_sites),
        and_(_at(scope.resident_sites), own),
        and_(_at(scope.integration_sites), _TICKETS.entered_by == scope.id),
        and_(_at(scope.technician_sites), admitted),
    )


def _at(sites: frozenset[str] | None) -> ColumnElement[bool]:
    if sites is None:
        return true()
    return _TICKETS.site_id.in_(sites) if sites else false()
