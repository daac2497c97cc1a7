"""The lines of the desk's queue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import TextClause, text

from services.tickets.domain.access import Scope
from services.tickets.domain.dues import Dues
from services.tickets.domain.held import HeldWork
from services.tickets.domain.queue_line import QueueLine
from services.tickets.domain.work_view import WorkView, technician_of, work_view
from services.tickets.store.due_order import (
    FIRST_OF_PAGE,
    IN_ORDER,
    QueuePlace,
    page_of_queue,
)
from services.tickets.store.filters import Filters
from shared.contracts.categories import Road
from shared.db.transaction import Transaction

_LINE = TypeAdapter(QueueLine)
_DUES = TypeAdapter(Dues)
_WORDS = 200
"""Characters of a description that a line has."""
_NAMES = text("""
    select id, body ->> 'name' as name from snapshots
    where entity = 'dispatch.technician' and id = any(cast(:ids as text[])) and body is not null""")


async def find_lines(
    tx: Transaction, filters: Filters, scope: Scope, *, after: QueuePlace | None
) -> Sequence[QueueLine]:
    """Return what `find_queue` does, each ticket as a line."""
    statement, given = queue_lines(filters, scope, after=after)
    if statement is None:
        return []
    rows = await tx.search(statement, **given)
    works = [_work(row) for row in rows]
    ids = {id for work in works if (id := technician_of(work)) is not None}
    names = await _names(tx, ids) if ids else {}
    return [_line(row, work, names) for row, work in zip(rows, works, strict=True)]


def queue_lines(
    filters: Filters, scope: Scope, *, after: QueuePlace | None
) -> tuple[TextClause | None, Mapping[str, Any]]:
    """Return the statement and its parameters; None where the caller is no staff."""
    page, given = page_of_queue(filters, scope, after=after)
    if page is None:
        return None, given
    return text(f"""
        {page}
        select t.id, t.reference, t.site_id, t.state, t.priority, t.category, t.nature, t.road,
          t.title, left(t.description, {_WORDS}) as description, t.place, t.opened_at,
          t.reporter_id, t.needs_info, t.cancel_requested_at, t.unheard_since,
          case when t.state = 'on_hold' then t.steps -> -1 end as held, page.due_at,
          d.response_due_at, d.arrival_due_at, d.resolution_due_at, d.unassignable_at,
          o.body as work_order
        from {FIRST_OF_PAGE}
        cross join lateral (select * from tickets where id = page.id offset 0) as t
        left join ticket_dues d on d.ticket_id = t.id
        left join snapshots o on o.entity = 'dispatch.work_order' and o.id = cast(t.id as text)
        {IN_ORDER}"""), given


def _line(row: Mapping[str, Any], work: HeldWork | None, names: Mapping[str, str]) -> QueueLine:
    held = row["held"] or {}
    return _LINE.validate_python(
        {
            **row,
            "hold_reason": held.get("reason"),
            "held_at": held.get("at"),
            "dues": _DUES.validate_python(dict(row)),
            "work": _shown(work, names),
        }
    )


def _work(row: Mapping[str, Any]) -> HeldWork | None:
    """Return the work order that is held; that none is made for the desk's is no work that was
    cancelled.
    """
    work = None if row["work_order"] is None else HeldWork.model_validate(row["work_order"])
    return None if work is not None and not work.jobs and row["road"] == Road.DESK else work


def _shown(work: HeldWork | None, names: Mapping[str, str]) -> WorkView | None:
    """Return what staff are shown of it: its technician by their whole name."""
    view = work_view(work, None)
    if view is None or view.technician_id is None:
        return view
    return replace(view, technician=names.get(view.technician_id))


async def _names(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Return what these technicians are called."""
    return {row["id"]: row["name"] for row in await tx.rows(_NAMES, ids=sorted(ids))}
