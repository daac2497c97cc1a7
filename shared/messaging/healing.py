"""The database, not the broker, is the durable copy: what the stream no longer holds is unmarked, and so published again.

JetStream acknowledges before it syncs to disk; after a power cut, a flipped bit, a purge or a wiped store it may have
forgotten what it acknowledged, and says nothing. So the marks are held against the stream.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.broker import Broker, NoSuchMessage
from shared.messaging.outbox import newest_mark
from shared.messaging.streams import MAX_AGE, StreamState, deleted_sequences, fact_id_at
from shared.telemetry import get_logger

log = get_logger(__name__)

# The generation goes up because the broker takes the old message id for a duplicate even when its message is gone.
_UNMARK = """
    with gone as (delete from outbox_marks m using outbox o where m.outbox_id = o.id and {which} returning m.outbox_id)
    update outbox set generation = generation + 1 where id in (select outbox_id from gone)"""

_UNMARK_FOREIGN = text(_UNMARK.format(which="(m.stream_created < :created or m.stream_created > :created)"))
_UNMARK_BEYOND = text(_UNMARK.format(which="m.stream_created = :created and m.stream_seq > :last"))
_UNMARK_BEFORE = text(_UNMARK.format(which="m.stream_created = :created and m.stream_seq < :first and o.created_at > :young"))
_UNMARK_THESE = text(_UNMARK.format(which="m.stream_created = :created and m.stream_seq = any(cast(:seqs as bigint[]))"))

_MARKS_FROM = text("""
    select outbox_id, stream_seq from outbox_marks where stream_created = :created and stream_seq >= :first order by stream_seq""")


async def unmark_lost(connection: AsyncConnection, broker: Broker, owner: str, stream: StreamState, now: datetime) -> int:
    """Unmarks every row that the stream does not hold; returns how many. Raises BrokerError when the broker does not answer."""
    created = stream.created
    lost = await _unmark(connection, _UNMARK_FOREIGN, created=created)
    lost += await _unmark(connection, _UNMARK_BEYOND, created=created, last=stream.last_seq)
    # Before the first: either aged out, which is meant, or purged.
    lost += await _unmark(connection, _UNMARK_BEFORE, created=created, first=stream.first_seq, young=now - MAX_AGE + timedelta(hours=1))
    if stream.has_holes:
        holes = sorted(await deleted_sequences(broker, owner))
        lost += await _unmark(connection, _UNMARK_THESE, created=created, seqs=holes)
    lost += await _unmark_overwritten(connection, broker, owner, stream)
    if lost:
        log.warning("facts_lost_by_broker", owner=owner, rows=lost, stream_last=stream.last_seq)
    return lost


async def _unmark_overwritten(connection: AsyncConnection, broker: Broker, owner: str, stream: StreamState) -> int:
    """A stream cut short that has gone on since holds other facts at our marks: all above the last that matches are unmarked."""
    newest = await newest_mark(connection, stream.created)
    if newest is None or await _matches(broker, owner, *newest):
        return 0
    rows = (await connection.execute(_MARKS_FROM, {"created": stream.created, "first": stream.first_seq})).all()
    marks = [(UUID(str(row.outbox_id)), int(row.stream_seq)) for row in rows]
    last_good = await _last_matching(broker, owner, marks)
    seqs = [seq for _, seq in marks[last_good + 1 :]]
    return await _unmark(connection, _UNMARK_THESE, created=stream.created, seqs=seqs)


async def _last_matching(broker: Broker, owner: str, marks: Sequence[tuple[UUID, int]]) -> int:
    """Index of the last mark whose message is ours, -1 when none is. What matches is a beginning, so halving finds its end."""
    low, high = -1, len(marks) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if await _matches(broker, owner, *marks[middle]):
            low = middle
        else:
            high = middle
    return low


async def _matches(broker: Broker, owner: str, id: UUID, seq: int) -> bool:
    try:
        return await fact_id_at(broker, owner, seq) == str(id)
    except NoSuchMessage:
        return False


async def _unmark(connection: AsyncConnection, statement: TextClause, **parameters: object) -> int:
    return (await connection.execute(statement, parameters)).rowcount
