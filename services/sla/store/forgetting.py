"""Deleting the promises of tickets that ended long ago, and adding up what became of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.monthly_sums import Group, Promised, Sum
from shared.contracts.sla import ClockV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction

_CLOCKS = TypeAdapter(tuple[ClockV1, ...])
_MOMENT = TypeAdapter(datetime)

_DELETE = text("""
    with announced as (delete from announcements where ticket_id = any(cast(:ids as uuid[]))),
        going_on as (delete from clocks where ticket_id = any(cast(:ids as uuid[])))
    delete from promises where ticket_id = any(cast(:ids as uuid[]))
    returning site_id, category, priority, ticket_state, imported,
      life -> 'ticket' ->> 'opened_at' as opened_at, clocks""")
_ZONES = text(
    "select site_id, since, time_zone from site_zones where site_id = any(cast(:sites as text[])) "
    "order by site_id, since"
)
_ADD = text("""
    insert into monthly_sums as m (site_id, month, category, priority, kind, met, breached,
      cancelled, seconds_to_stop)
    select * from unnest(cast(:sites as text[]), cast(:months as date[]),
      cast(:categories as text[]), cast(:priorities as text[]),
                         cast(:kinds as text[]), cast(:met as bigint[]),
                           cast(:breached as bigint[]), cast(:cancelled as bigint[]),
                         cast(:seconds as float8[]))
    on conflict (site_id, month, category, priority, kind) do update set met = m.met + excluded.met,
        breached = m.breached + excluded.breached, cancelled = m.cancelled + excluded.cancelled,
        seconds_to_stop = m.seconds_to_stop + excluded.seconds_to_stop""")


async def delete_promises(tx: Transaction, ticket_ids: Collection[UUID]) -> list[Promised]:
    """Delete what is held of these tickets; return what was, without what a former system had
    promised.
    """
    return [
        Promised(
            site_id=row["site_id"],
            category=row["category"],
            priority=row["priority"],
            was_cancelled=row["ticket_state"] == TicketState.CANCELLED,
            opened_at=_MOMENT.validate_python(row["opened_at"]),
            clocks=_CLOCKS.validate_python(row["clocks"]),
        )
        for row in await tx.rows(_DELETE, ids=list(ticket_ids))
        if not row["imported"]
    ]


async def find_zones(
    tx: Transaction, site_ids: Collection[str]
) -> Mapping[str, Sequence[tuple[datetime, str]]]:
    """Return the time zones of these sites, with the times from which they held, in order."""
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in await tx.rows(_ZONES, sites=list(site_ids)):
        found[row["site_id"]].append((row["since"], row["time_zone"]))
    return found


async def add_to_sums(tx: Transaction, sums: Mapping[Group, Sum]) -> None:
    """Add these to the sums that are kept; in one order, last of all, for two transactions may add
    to the same.
    """
    if not sums:
        return
    groups = sorted(sums)
    totals = [sums[group] for group in groups]
    sites, months, categories, priorities, kinds = map(list, zip(*groups, strict=True))
    await tx.execute(
        _ADD,
        sites=sites,
        months=months,
        categories=categories,
        priorities=priorities,
        kinds=kinds,
        met=[total.met for total in totals],
        breached=[total.breached for total in totals],
        cancelled=[total.cancelled for total in totals],
        seconds=[total.seconds_to_stop for total in totals],
    )
