"""What the relay and healing ask of the outbox. A row without a mark is still to be published, and
named in `outbox_unmarked`.

No statement reads more rows than it is told to, whatever the tables hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from shared.db.session import Session
from shared.facts import OutboxRow
from shared.messaging.steps import limited
from shared.messaging.streams import MAX_AGE

_COLUMNS = (
    "o.id, o.type, o.subject_id, o.site_id, o.version, o.actor, o.traceparent, o.body, "
    "o.created_at, o.generation"
)

# Downwards: after a loss of millions, what people wait for now does not come last. `offset 0` keeps
# the planner from joining the other way round, which would read the whole outbox.
UNMARKED = f"""
    with page as materialized (
        select outbox_id from outbox_unmarked where outbox_id < :before order by outbox_id desc
          limit :limit)
    select page.outbox_id, {_COLUMNS} from page
    left join lateral (
        select * from outbox
        where id = page.outbox_id and dead is null
          and not exists (select from outbox_marks m where m.outbox_id = page.outbox_id)
        offset 0) o on true
    order by page.outbox_id desc"""

# Given up, marked all the same, or gone from the outbox.
_DROP_STALE = text("""
    delete from outbox_unmarked u where u.outbox_id = any(cast(:ids as uuid[])) and (
        exists (select from outbox_marks m where m.outbox_id = u.outbox_id)
        or not exists (select from outbox o where o.id = u.outbox_id and o.dead is null))""")

COUNT_UNMARKED = """
    with page as materialized (select outbox_id from outbox_unmarked where outbox_id > :after
      order by outbox_id limit :limit)
    select (select count(*) from page) as number,
      (select outbox_id from page order by outbox_id desc limit 1) as last"""

# This transaction alone does not wait for the disk: a mark that is lost with the database's memory
# only means that its fact is published again under the same message id.
_MARK = text("""
    with unsynced as materialized (select set_config('synchronous_commit', 'off', true) as setting)
    insert into outbox_marks (outbox_id, stream_created, stream_seq)
    select id, :created, seq from unsynced, json_to_recordset(cast(:marks as json)) as
      given(id uuid, seq bigint)
    where setting = 'off'
    on conflict do nothing""")

_NEWEST_MARK = text("""
    select outbox_id, stream_seq from outbox_marks where stream_created = :created
      and stream_seq <= :upto
    order by stream_seq desc limit 1""")

_MARK_DEAD = text("""
    with gone as (delete from outbox_unmarked where outbox_id = :id)
    update outbox set dead = :reason where id = :id""")

# A row outlives the stream's own memory by a day, so that healing can always say it again.
SWEEP = """
    with old as materialized (
             select outbox_id as id from outbox_marks where outbox_id < :before order by outbox_id
               limit :limit for update skip locked),
         marks as (delete from outbox_marks where outbox_id in (select id from old))
    delete from outbox where id in (select id from old)"""

# Downwards, so that what was committed last before the migration is found first.
CHECK_UNCHECKED = """
    with state as materialized (select below from outbox_unchecked for update),
         page as materialized (
             select id, dead from outbox where id < (select below from state) order by id desc
               limit :limit),
         found as (
             insert into outbox_unmarked (outbox_id)
             select id from page where dead is null
               and not exists (select from outbox_marks m where m.outbox_id = page.id)
             on conflict do nothing returning 1),
         reached as (select id from page order by id limit 1),
         moved as (update outbox_unchecked set below = reached.id from reached),
         ended as (delete from outbox_unchecked where not exists (select from reached))
    select exists (select from reached) as more, (select count(*) from found) as found"""

SMALLEST_ID = UUID(int=0)
LARGEST_ID = UUID(int=2**128 - 1)
_LARGEST_SEQ = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Rows still to be published, newest first.

    `next` is the id to go on below, None where there are no more.
    """

    rows: list[OutboxRow]
    next: UUID | None


async def unmarked(session: Session, *, before: UUID = LARGEST_ID, limit: int) -> Page:
    """Return up to `limit` rows still to be published, with ids below `before`."""
    found = await session.rows(limited(UNMARKED, limit), {"before": before})
    rows, stale = [], []
    for row in found:
        id = UUID(str(row["outbox_id"]))
        if row["id"] is None:
            stale.append(id)
        else:
            given = {name: value for name, value in row.items() if name != "outbox_id"}
            rows.append(OutboxRow(**{**given, "id": id, "body": row["body"].encode()}))
    if stale:
        await session.execute(_DROP_STALE, {"ids": [str(id) for id in stale]})
    return Page(rows, UUID(str(found[-1]["outbox_id"])) if len(found) == limit else None)


async def count_unmarked(session: Session, *, after: UUID, limit: int) -> tuple[int, UUID | None]:
    """Return how many rows wait above that id, counted up to `limit`, and the last one's id where
    there may be more.
    """
    (row,) = await session.rows(limited(COUNT_UNMARKED, limit), {"after": after})
    return int(row["number"]), UUID(str(row["last"])) if row["number"] == limit else None


async def mark(session: Session, created: datetime, marks: Sequence[tuple[UUID, int]]) -> None:
    """Mark these rows as stored in the stream at these sequences."""
    given = to_json([{"id": id, "seq": seq} for id, seq in marks]).decode()
    await session.execute(_MARK, {"created": created, "marks": given})


async def newest_mark(
    session: Session, created: datetime, upto: int = _LARGEST_SEQ
) -> tuple[UUID, int] | None:
    """Return the row and the sequence of the highest mark in the stream of that identity, at
    sequence `upto` or below.
    """
    rows = await session.rows(_NEWEST_MARK, {"created": created, "upto": upto})
    return (UUID(str(rows[0]["outbox_id"])), int(rows[0]["stream_seq"])) if rows else None


async def mark_dead(session: Session, id: UUID, reason: str) -> None:
    """Mark a row that cannot be published; the relay goes on without it."""
    await session.execute(_MARK_DEAD, {"id": id, "reason": reason})


async def sweep(session: Session, now: datetime, *, limit: int = 5000) -> int:
    """Delete up to `limit` published rows older than the stream keeps them; return how many."""
    given = {"before": first_id_at(now - MAX_AGE - timedelta(days=1))}
    return await session.execute(limited(SWEEP, limit), given)


async def check_unchecked(session: Session, *, limit: int) -> tuple[int, bool]:
    """Look at `limit` rows from before there was `outbox_unmarked`; return how many were found to
    wait, and whether there are more.
    """
    (row,) = await session.rows(limited(CHECK_UNCHECKED, limit), {})
    return int(row["found"]), bool(row["more"])


def first_id_at(moment: datetime) -> UUID:
    """Return the smallest UUIDv7 of that millisecond (RFC 9562 §5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
