"""What the relay and healing ask of the outbox. A row without a mark is still to be published."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.session import Session
from shared.messaging.facts import OutboxRow
from shared.messaging.streams import MAX_AGE

_COLUMNS = "o.id, o.type, o.subject_id, o.site_id, o.version, o.actor, o.traceparent, o.body, o.created_at, o.generation"

_UNMARKED = text(f"""
    select {_COLUMNS} from outbox o
    where o.id >= :since and o.id < :before and o.parked is null and not exists (select from outbox_marks m where m.outbox_id = o.id)
    order by o.id limit :most""")

_COUNT_UNMARKED = text("""
    select count(*) from (
        select from outbox o
        where o.id >= :since and o.parked is null and not exists (select from outbox_marks m where m.outbox_id = o.id)
        limit :most) as waiting""")

# This transaction alone does not wait for the disk: a mark that is lost with the database's memory only means that its fact is
# published again under the same message id.
_MARK = text("""
    with unsynced as materialized (select set_config('synchronous_commit', 'off', true) as setting)
    insert into outbox_marks (outbox_id, stream_created, stream_seq)
    select id, :created, seq from unsynced, json_to_recordset(cast(:marks as json)) as given(id uuid, seq bigint)
    where setting = 'off'
    on conflict do nothing""")

_NEWEST_MARK = text("select outbox_id, stream_seq from outbox_marks where stream_created = :created order by stream_seq desc limit 1")

_PARK = text("update outbox set parked = :reason where id = :id")

# A row outlives the stream's own memory by a day, so that healing can always say it again.
SWEPT_AT_ONCE = 5000
_SWEEP = text("""
    with old as (select o.id from outbox o join outbox_marks m on m.outbox_id = o.id
                 where o.id < :before limit :most for update of o skip locked),
         marks as (delete from outbox_marks where outbox_id in (select id from old))
    delete from outbox where id in (select id from old)""")

SMALLEST_ID = UUID(int=0)
LARGEST_ID = UUID(int=2**128 - 1)


async def unmarked(connection: AsyncConnection, *, since: UUID, before: UUID = LARGEST_ID, most: int) -> list[OutboxRow]:
    """Return rows still to be published, oldest first, with ids from `since` on and below `before`."""
    rows = (await connection.execute(_UNMARKED, {"since": since, "before": before, "most": most})).mappings()
    return [OutboxRow(**{**row, "id": UUID(str(row["id"])), "body": row["body"].encode()}) for row in rows]


async def count_unmarked(connection: AsyncConnection, *, since: UUID, most: int) -> int:
    """How many wait, counted up to `most`."""
    return int((await connection.execute(_COUNT_UNMARKED, {"since": since, "most": most})).scalar_one())


async def mark(session: Session, created: datetime, marks: Sequence[tuple[UUID, int]]) -> None:
    """These rows stand in the stream at these sequences."""
    given = to_json([{"id": id, "seq": seq} for id, seq in marks]).decode()
    await session.execute(_MARK, {"created": created, "marks": given})


async def newest_mark(connection: AsyncConnection, created: datetime) -> tuple[UUID, int] | None:
    row = (await connection.execute(_NEWEST_MARK, {"created": created})).one_or_none()
    return None if row is None else (UUID(str(row.outbox_id)), int(row.stream_seq))


async def park(session: Session, id: UUID, reason: str) -> None:
    """The row cannot be published; the relay goes on without it."""
    await session.execute(_PARK, {"id": id, "reason": reason})


async def sweep(connection: AsyncConnection, now: datetime) -> int:
    """Deletes up to `SWEPT_AT_ONCE` published rows older than the stream keeps them; returns how many."""
    given = {"before": first_id_at(now - MAX_AGE - timedelta(days=1)), "most": SWEPT_AT_ONCE}
    return (await connection.execute(_SWEEP, given)).rowcount


def first_id_at(moment: datetime) -> UUID:
    """The smallest UUIDv7 of that millisecond (RFC 9562 §5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
