"""Outcomes of promises as rows, and the sums of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.life import Life
from services.sla.domain.outcome_sums import Group, Sum
from services.sla.domain.outcomes import Promised, PromiseOutcome, Stops, Zones
from services.sla.domain.policy import DEFAULT, Policy
from services.sla.store.tables import OutcomeRow
from shared.contracts.sla import ClockV1
from shared.db.transaction import Transaction

_LIFE = TypeAdapter(Life)
_CLOCKS = TypeAdapter(tuple[ClockV1, ...])
_OUTCOMES = TypeAdapter(list[PromiseOutcome])


async def claim_uncounted(
    tx: Transaction, until: datetime, *, excluding: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Lock tickets whose promises were last looked at by `until` and are not counted as they stand,
    the earliest first; skip those that another instance has in hand.
    """
    rows = await tx.rows(_CLAIM, until=until, excluding=list(excluding), limit=limit)
    return [row["ticket_id"] for row in rows]


async def next_uncounted(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
    """Return when the promises were looked at that wait longest to be counted."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["looked_at"]


async def lock_promised(tx: Transaction, ticket_ids: Collection[UUID]) -> list[Promised]:
    """Return those of these tickets whose promises are not counted as they stand."""
    return [
        Promised(
            ticket_id=row["ticket_id"],
            site_id=row["site_id"],
            category=row["category"],
            priority=row["priority"],
            ticket_state=row["ticket_state"],
            imported=row["imported"],
            life=_LIFE.validate_json(row["life"]),
            clocks=_CLOCKS.validate_json(row["clocks"]),
            stops=_stops(row["policy"]),
        )
        for row in await tx.rows(_LOCK, ids=list(ticket_ids))
    ]


async def find_zones(tx: Transaction, site_ids: Collection[str]) -> Zones:
    """Return the time zones of these sites, with the times from which they held, in order."""
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in await tx.rows(_ZONES, sites=list(site_ids)):
        found[row["site_id"]].append((row["since"], row["time_zone"]))
    return found


async def find_outcomes(tx: Transaction, ticket_ids: Collection[UUID]) -> list[PromiseOutcome]:
    """Return the promises of these tickets as they were counted last."""
    rows = await tx.rows(_FIND, ids=list(ticket_ids))
    return _OUTCOMES.validate_python([dict(row) for row in rows])


async def save_outcomes(
    tx: Transaction, before: Collection[PromiseOutcome], after: Collection[PromiseOutcome]
) -> None:
    """Store what differs; triggers add it to the sums of days."""
    known = {(each.ticket_id, each.kind): each for each in before}
    for each in after:
        if known.pop((each.ticket_id, each.kind), None) != each:
            cause = each.cause.value if each.cause else ""
            tx.save(OutcomeRow, each, outcome=each.outcome.value, cause=cause)
    if known:
        ids, kinds = map(list, zip(*known, strict=True))
        await tx.execute(_DELETE, ids=ids, kinds=kinds)


async def mark_counted(tx: Transaction, ticket_ids: Collection[UUID]) -> None:
    await tx.execute(_MARK, ids=list(ticket_ids))


async def add_to_sums(tx: Transaction, sums: Mapping[Group, Sum]) -> None:
    """Add these to the sums of months, in one order, for two transactions may add to the same."""
    if not sums:
        return
    groups = sorted(sums)
    given: dict[str, list[Any]] = {
        **{name: [getattr(group, name) for group in groups] for name in Group._fields},
        **{name: [getattr(sums[group], name) for group in groups] for name in Sum._fields},
    }
    await tx.execute(_ADD, **given)


@lru_cache(maxsize=1024)
def _stops(policy: str | None) -> Stops:
    return (DEFAULT if policy is None else Policy.model_validate_json(policy)).stopped_by


_CLAIM = text("""
    select ticket_id from promises
    where counted_at is distinct from looked_at and looked_at <= :until
      and ticket_id <> all(cast(:excluding as uuid[]))
    order by looked_at limit :limit for update skip locked""")
_NEXT = text("""
    select looked_at from promises
    where counted_at is distinct from looked_at and ticket_id <> all(cast(:excluding as uuid[]))
    order by looked_at limit 1""")
# No policy of that id and version: it is the one that is built in.
_LOCK = text("""
    select p.ticket_id, p.site_id, p.category, p.priority, p.ticket_state, p.imported,
      cast(p.life as text) as life, cast(p.clocks as text) as clocks, (
        select cast(body as text) from policies
        where id = p.policy_id and version = p.policy_version) as policy
    from promises p
    where p.ticket_id = any(cast(:ids as uuid[])) and p.counted_at is distinct from p.looked_at
    order by p.ticket_id for update of p""")
_ZONES = text(
    "select site_id, since, time_zone from site_zones where site_id = any(cast(:sites as text[])) "
    "order by site_id, since"
)
_FIND = text("""
    select ticket_id, kind, site_id, day, category, priority, outcome,
      nullif(cause, '') as cause, imported, due_at, stopped_at, ran_ms, paused_ms, late_ms
    from outcomes where ticket_id = any(cast(:ids as uuid[]))""")
_DELETE = text("""
    delete from outcomes using unnest(cast(:ids as uuid[]), cast(:kinds as text[]))
      as gone(ticket_id, kind)
    where outcomes.ticket_id = gone.ticket_id and outcomes.kind = gone.kind""")
_MARK = text(
    "update promises set counted_at = looked_at where ticket_id = any(cast(:ids as uuid[]))"
)
_ADD = text("""
    insert into outcome_sums as s (site_id, month, category, priority, kind, outcome, cause,
      imported, n, stopped, ran_ms, paused_ms, late_ms)
    select * from unnest(cast(:site_id as text[]), cast(:month as date[]),
      cast(:category as text[]), cast(:priority as text[]), cast(:kind as text[]),
      cast(:outcome as text[]), cast(:cause as text[]), cast(:imported as boolean[]),
      cast(:n as bigint[]), cast(:stopped as bigint[]), cast(:ran_ms as bigint[]),
      cast(:paused_ms as bigint[]), cast(:late_ms as bigint[]))
    on conflict (site_id, month, category, priority, kind, outcome, cause, imported) do update
    set n = s.n + excluded.n, stopped = s.stopped + excluded.stopped,
      ran_ms = s.ran_ms + excluded.ran_ms, paused_ms = s.paused_ms + excluded.paused_ms,
      late_ms = s.late_ms + excluded.late_ms""")
