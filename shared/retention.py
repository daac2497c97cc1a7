"""What is forgotten of tickets that ended, and when: in steps that end soon, each
in a transaction of its own.

Every service has its own row of each ended ticket (`ended_tickets`). First the snapshots about it
are shrunk to their versions, then these are deleted, too, and at last all that the service has of
it. A ticket that is heard of again in between begins anew; a reopened one waits until it ends
again.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.transaction import Transaction
from shared.due_work import DueWork
from shared.messaging.ended_tickets import BARE, OLDEST_NEWS, SHRUNK, WHOLE
from shared.messaging.snapshots import ENTITIES_OF_TICKETS
from shared.messaging.steps import limited

RETENTION = "retention"
"""The due worker that forgets what ended long ago."""
GRACE = timedelta(days=7)
"""The others delete a ticket so much later than its owner: what it said last has
been heard by then.
"""

_TICKETS_AT_ONCE = 100
_CHECKED_AT_ONCE = 500

_NEXT = text("""
    select min(due_at) as due_at from (
        select s.after + (
            select since from ended_tickets where step = s.step and since is not null
              and ticket_id <> all(cast(:excluding as uuid[]))
            order by since limit 1) as due_at
        from unnest(cast(:steps as smallint[]), cast(:afters as interval[])) as s(step,
          after)) as each""")
# Tried, not waited for: a handler of a fact about the ticket, or another instance
# that forgets it, goes first.
LOCK_DUE = """
    with due as materialized (
        select e.ticket_id from unnest(cast(:steps as smallint[]),
          cast(:befores as timestamptz[])) as s(step, before)
        cross join lateral (
            select ticket_id, since from ended_tickets
            where step = s.step and since <= s.before
              and ticket_id <> all(cast(:excluding as uuid[]))
              order by since limit :limit) as e
        order by e.since limit :limit)
    select ticket_id from due where pg_try_advisory_xact_lock(hashtextextended('ticket:' ||
      ticket_id, 0))"""
# Once more, since it may have been heard of before the lock was there.
_STILL_DUE = text("""
    select e.ticket_id, e.step from ended_tickets e
    join unnest(cast(:steps as smallint[]), cast(:befores as timestamptz[])) as s(step, before)
      on s.step = e.step
    where e.ticket_id = any(cast(:ids as uuid[])) and e.since <= s.before order by e.ticket_id""")
_SHRINK = text("""
    with shrunk as (
        delete from snapshots where entity = any(cast(:entities as text[]))
          and id = any(cast(:ids as text[])) returning entity, id, version)
    insert into shrunk_snapshots as before (ticket_id, versions)
    select cast(id as uuid), cast(jsonb_object_agg(entity, version) as json)
      from shrunk group by id order by id
    on conflict (ticket_id) do update set versions =
      cast(cast(before.versions as jsonb) || cast(excluded.versions as jsonb) as json)""")
_DELETE_VERSIONS = text("delete from shrunk_snapshots where ticket_id = any(cast(:ids as uuid[]))")
_DELETE_SNAPSHOTS = text(
    "delete from snapshots where entity = any(cast(:entities as text[])) "
    "and id = any(cast(:ids as text[]))"
)
_MOVE_ON = text("update ended_tickets set step = :step where ticket_id = any(cast(:ids as uuid[]))")
_DELETE = text("delete from ended_tickets where ticket_id = any(cast(:ids as uuid[]))")

TICKETS_HELD = """
    select id, body ->> 'state' as state, cast(body -> 'steps' -> -1 ->> 'at' as timestamptz) as
      since from snapshots
    where entity = 'tickets.ticket' and id > :after order by id limit :limit"""
"""The tickets that a service holds snapshots of, in the order of their ids as text."""
_NEXT_UNCHECKED = text(
    "select begins_at from ended_unchecked where after <> all(cast(:excluding as text[]))"
)
_LOCK_UNCHECKED = text("""
    select after from ended_unchecked where begins_at <= :now
      and after <> all(cast(:excluding as text[])) for update skip locked""")
_CHECK = """
    with page as materialized ({page}),
        found as (
            insert into ended_tickets (ticket_id, since, step)
            select cast(id as uuid), since, 0 from page where state in ('closed', 'cancelled')
              on conflict do nothing)
    select count(*) as checked, max(id) as last from page"""
_CHECKED = text("update ended_unchecked set after = :last where after = :after")
_ALL_CHECKED = text("delete from ended_unchecked")

Forgets = Callable[[Transaction, Sequence[UUID]], Awaitable[None]]
Locks = Callable[[Transaction, Sequence[UUID]], Awaitable[Sequence[UUID]]]


async def nothing(_: Transaction, __: Sequence[UUID]) -> None:
    """Forget nothing besides what the kernel does."""


async def all_of(_: Transaction, ids: Sequence[UUID]) -> Sequence[UUID]:
    """Return all of them: the advisory lock of the ticket is the only one."""
    return ids


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long a service keeps what it has of a ticket after it ended, and how it
    forgets it; None is for ever.

    `shrink` and `delete` are called with the ids of tickets that no fact is handled about until the
    transaction ends: what they do besides shrinking, or deleting, the snapshots that have the
    ticket's id. `lock` tries what the service's own actions hold while they change such a ticket,
    and returns those that it got.
    """

    snapshots_for: timedelta | None
    rows_for: timedelta | None
    delete: Forgets
    shrink: Forgets = nothing
    lock: Locks = all_of

    def due_work(self) -> DueWork[Mapping[str, Any]]:
        """Return the due work that forgets what is due, at most a hundred tickets a transaction."""
        return DueWork(
            name=RETENTION,
            next_due=self._next_due,
            claim=self._claim,
            act=self._act,
            batch_size=_TICKETS_AT_ONCE,
            key=itemgetter("ticket_id"),
        )

    def _afters(self) -> dict[int, timedelta]:
        """Return how long after its end a ticket is due that has come to this step.

        Nothing is shrunk that is to be deleted.
        """
        afters = {
            WHOLE: self._sooner(self.snapshots_for),
            SHRUNK: self._sooner(OLDEST_NEWS),
            BARE: self.rows_for,
        }
        return {step: after for step, after in afters.items() if after is not None}

    def _sooner(self, after: timedelta | None) -> timedelta | None:
        return (
            after
            if after is not None and (self.rows_for is None or after < self.rows_for)
            else self.rows_for
        )

    def _given(self, now: datetime) -> dict[str, Any]:
        afters = self._afters()
        return {"steps": list(afters), "befores": [now - after for after in afters.values()]}

    async def _next_due(self, tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
        afters = self._afters()
        row = await tx.row(
            _NEXT, steps=list(afters), afters=list(afters.values()), excluding=list(excluding)
        )
        return None if row is None else row["due_at"]

    async def _claim(
        self, tx: Transaction, excluding: Collection[UUID], limit: int
    ) -> Sequence[Mapping[str, Any]]:
        given = self._given(tx.now)
        locked = [
            row["ticket_id"]
            for row in await tx.rows(limited(LOCK_DUE, limit), **given, excluding=list(excluding))
        ]
        held = await self.lock(tx, locked) if locked else []
        return await tx.rows(_STILL_DUE, **given, ids=list(held)) if held else []

    async def _act(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        due: dict[int | None, list[UUID]] = defaultdict(list)
        for row in rows:
            due[self._step_after(row["step"])].append(row["ticket_id"])
        if ids := due[SHRUNK]:
            await self.shrink(tx, ids)
            await tx.execute(_SHRINK, entities=ENTITIES_OF_TICKETS, ids=[str(id) for id in ids])
            await tx.execute(_MOVE_ON, ids=ids, step=SHRUNK)
        if ids := due[BARE]:
            await tx.execute(_DELETE_VERSIONS, ids=ids)
            await tx.execute(_MOVE_ON, ids=ids, step=BARE)
        if ids := due[None]:
            await self.delete(tx, ids)
            await tx.execute(
                _DELETE_SNAPSHOTS, entities=ENTITIES_OF_TICKETS, ids=[str(id) for id in ids]
            )
            await tx.execute(_DELETE_VERSIONS, ids=ids)
            await tx.execute(_DELETE, ids=ids)

    def _step_after(self, step: int) -> int | None:
        """Return the step that follows; None where the ticket goes."""
        return None if self._afters()[step] == self.rows_for else step + 1


def retention_of(days: int, *, grace: timedelta = timedelta()) -> timedelta | None:
    """Return what a setting in days means: 0 is for ever (None)."""
    return timedelta(days=days) + grace if days else None


def unchecked_due_work(tickets: str = TICKETS_HELD) -> DueWork[Mapping[str, Any]]:
    """Return the due work that finds, from a day after the migration, the tickets which ended
    before there was `ended_tickets`.

    It looks at 500 a transaction, and goes on where it was left.

    `tickets` selects `id`, `state` and `since` of the `:limit` tickets with ids after `:after`, in
    the order of their ids as text.
    """
    check = _CHECK.format(page=tickets)

    async def next_due(tx: Transaction, excluding: Collection[str]) -> datetime | None:
        row = await tx.row(_NEXT_UNCHECKED, excluding=list(excluding))
        return None if row is None else row["begins_at"]

    async def claim(
        tx: Transaction, excluding: Collection[str], _: int
    ) -> Sequence[Mapping[str, Any]]:
        return await tx.rows(_LOCK_UNCHECKED, now=tx.now, excluding=list(excluding))

    async def act(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        (row,) = rows
        page = await tx.row(limited(check, _CHECKED_AT_ONCE), after=row["after"])
        if page is not None and page["checked"] == _CHECKED_AT_ONCE:
            await tx.execute(_CHECKED, after=row["after"], last=page["last"])
        else:
            await tx.execute(_ALL_CHECKED)

    return DueWork(
        name="ended_unchecked", next_due=next_due, claim=claim, act=act, key=itemgetter("after")
    )
