"""The desk's queue: the tickets of staff's sites by when what they wait for falls due next, and
then those that wait for nothing, newest first.

The first part is read from `ticket_dues`, which has living tickets alone, in the order of its
index; the second as any list, and only where the first does not fill the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from services.tickets.domain.access import Scope
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING
from services.tickets.store.due_walk import walk
from services.tickets.store.filters import Filters
from services.tickets.store.listing import condition_of, newest_of_sites, places, sites_where
from services.tickets.store.queries import ticket_of
from services.tickets.store.search import LIVING_STATES
from shared.db.transaction import Transaction

FIRST_OF_PAGE = """(select id, due_at from page
          order by due_at nulls last, case when due_at is not null then id end, id desc
          limit :limit) as page"""
IN_ORDER = """order by page.due_at nulls last, case when page.due_at is not null then page.id end,
          page.id desc"""
_LIVING = tuple(sorted(LIVING))
_NONE = "select cast(null as uuid) as id where false"
_NONE_DUE = "select cast(null as uuid) as id, cast(null as timestamptz) as due_at where false"

_MAX_ANYWHERE = 1_000
"""So many that fall due next, at whichever site, are looked at for a page of several sites."""
_MAX_OF_A_TIME, _MAX_OF_A_TIME_EACH = 5_000, 100
"""So many that were opened within some time, together and for each of the sites, are read to find
which of them fall due next.
"""


class QueuePlace(NamedTuple):
    """Where a ticket stands in the queue; `due_at` is None where it waits for nothing."""

    id: UUID
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A ticket with when what it waits for falls due next; None where it waits for nothing."""

    ticket: Ticket
    due_at: datetime | None

    @property
    def place(self) -> QueuePlace:
        return QueuePlace(self.ticket.id, self.due_at)


async def find_queue(
    tx: Transaction, filters: Filters, scope: Scope, *, after: QueuePlace | None
) -> Sequence[Queued]:
    """Return the tickets of the caller's sites, as staff, that they asked for and that stand behind
    `after`, in the order of the queue.
    """
    statement, given = queue(filters, scope, after=after)
    if statement is None:
        return []
    rows = await tx.search(statement, **given)
    return [Queued(ticket=ticket_of(row), due_at=row["next_due_at"]) for row in rows]


def queue(
    filters: Filters, scope: Scope, *, after: QueuePlace | None
) -> tuple[TextClause | None, Mapping[str, Any]]:
    """Return the statement and its parameters; None where the caller is no staff."""
    page, given = page_of_queue(filters, scope, after=after)
    if page is None:
        return None, given
    return text(f"""
        {page}
        select t.*, page.due_at as next_due_at from {FIRST_OF_PAGE}
        cross join lateral (select * from tickets where id = page.id offset 0) as t
        {IN_ORDER}"""), given


def page_of_queue(
    filters: Filters, scope: Scope, *, after: QueuePlace | None
) -> tuple[str | None, dict[str, Any]]:
    """Return the beginning of a statement, which gives `page` the id and the due time of what comes
    next in the queue, and its parameters; None where the caller is no staff.
    """
    given: dict[str, Any] = {"limit": filters.limit}
    there = sites_where("staff", scope.staff_sites, filters, given)
    if there is None:
        return None, given
    due = _NONE_DUE
    waits = not filters.states or not LIVING.isdisjoint(filters.states)
    if waits and (after is None or after.due_at is not None):
        # All that falls due lives: that it does is not looked up.
        asked = replace(filters, states=()) if LIVING.issubset(filters.states) else filters
        due = _due(asked, there, after, given)
    rest = replace(
        filters,
        before=after.id if after is not None and after.due_at is None else None,
        without_due=waits,
        states=_LIVING if filters.living else filters.states,
    )
    [newest] = (
        [_NONE]
        if filters.by_due
        else newest_of_sites(rest, there, condition_of(rest, given), given)
    )
    here = "" if there == "true" else "and site_id = any(cast(:staff_sites as text[]))"
    # What waits is read once, and kept apart from what does not by a hash: a look at it for each of
    # the newest tickets, nearly all of which wait, would cost fifty times as much.
    return (
        f"""
        with waiting as materialized (
            select ticket_id from ticket_dues
            where due_at is not null {here} {_opened("ticket_id", given)}),
        due as materialized (
            select id, due_at from ({due}) as d order by due_at, id limit :limit),
        page as (
            select id, due_at from due union all select id, cast(null as timestamptz) from (
                select id from ({newest}) as r where (select count(*) from due) < :limit
                  order by id desc limit :limit) as rest)""",
        given,
    )


def _due(asked: Filters, there: str, after: QueuePlace | None, given: dict[str, Any]) -> str:
    """Return the search for what falls due, site by site, unless a filter leads to few tickets."""
    beyond = "d.due_at is not null"
    if asked.unassignable:  # that stands beside the due times
        asked = replace(asked, unassignable=False)
        beyond += " and d.unassignable_at is not null"
    fits = condition_of(asked, given)
    beyond += f" {_opened('d.ticket_id', given)}"
    if after is not None:
        beyond += " and (d.due_at, d.ticket_id) > (:after_due, :after_id)"
        given |= {"after_due": after.due_at, "after_id": after.id}
    for name, sign in (("due_from", ">="), ("due_to", "<")):
        if getattr(asked, name) is not None:
            beyond += f" and d.due_at {sign} :{name}"
            given[name] = getattr(asked, name)
    if asked.led:
        lives = f"t.state in ({LIVING_STATES})" if asked.emergencies else "true"
        return f"""
            select d.ticket_id as id, d.due_at from tickets t
            join ticket_dues d on d.ticket_id = t.id
            where {there} and {lives} and {fits} and {beyond} offset 0"""
    several = there == "true" or len(given["staff_sites"]) > 1
    if fits == "true":
        return _of_several(there, beyond) if several else _of_each(there, beyond)
    search = walk(asked, there, fits, beyond, given)
    besides = replace(asked, opened_from=None, opened_to=None)
    if several and condition_of(besides, {}) == "true":
        return _of_a_time(there, fits, beyond, search, given)
    return search


def _of_each(there: str, beyond: str) -> str:
    """Return the search for what falls due, where nothing else is asked for, site by site."""
    return f"""
            select found.id, found.due_at from {places(everywhere=there == "true")}
            cross join lateral (
                select d.ticket_id as id, d.due_at from ticket_dues d
                where d.site_id = s.site_id and {beyond}
                order by d.due_at, d.ticket_id limit :limit) as found"""


def _of_several(there: str, beyond: str) -> str:
    """Return the same for several sites: they mostly have a page among what falls due next
    anywhere, which is one walk instead of one for each of them.
    """
    here = "true" if there == "true" else "next.site_id = any(cast(:staff_sites as text[]))"
    return f"""
        with near as materialized (
            select next.ticket_id as id, next.due_at from (
                select d.ticket_id, d.due_at, d.site_id from ticket_dues d where {beyond}
                order by d.due_at, d.ticket_id limit {_MAX_ANYWHERE}) as next
            where {here} order by next.due_at, next.ticket_id limit :limit)
        select id, due_at from near where (select count(*) from near) = :limit
        union all
        select id, due_at from ({_of_each(there, beyond)}) as each
        where (select count(*) from near) < :limit"""


def _of_a_time(there: str, fits: str, beyond: str, search: str, given: Mapping[str, Any]) -> str:
    """Return the search for what falls due of what was opened within some time, where nothing else
    is asked for: it is read at whichever site, unless it is much; then the other search goes on.
    """
    most, here = _MAX_OF_A_TIME, "true"
    if there != "true":
        most = min(most, _MAX_OF_A_TIME_EACH * len(given["staff_sites"]))
        here = "d.site_id = any(cast(:staff_sites as text[]))"
    within = f"true {_opened('d.ticket_id', given)}"
    return f"""
        with few as materialized (
            select from (
                select from ticket_dues d where {within} limit {most + 1}) as of_a_time
            having count(*) <= {most})
        select id, due_at from (
            select next.ticket_id as id, next.due_at from (
                select d.ticket_id, d.due_at from ticket_dues d
                where exists (select from few) and {here} and {within} and {beyond}
                order by d.due_at, d.ticket_id offset 0) as next
            cross join lateral (
                select from tickets t where t.id = next.ticket_id and {fits} offset 0) as t
            order by next.due_at, next.ticket_id limit :limit) as next
        union all
        select id, due_at from ({search}) as others where not exists (select from few)"""


def _opened(id: str, given: Mapping[str, Any]) -> str:
    """Return the further condition that the time of opening, if it is asked for, is about that of
    the id: so that no ticket is read for being of another time.
    """
    ends = (("earliest", ">="), ("latest", "<"))
    return " ".join(f"and {id} {sign} :{name}" for name, sign in ends if name in given)
