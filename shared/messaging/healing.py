"""The database, not the broker, is the durable copy: what the stream no longer holds is unmarked,
and so published again.

JetStream acknowledges before it syncs to disk; after a power cut, a flipped bit, a purge or a wiped
store it may have forgotten what it acknowledged, and says nothing. So the marks are held against
the stream, in steps that each read a bounded number of marks. A mark is always read before the
stream is asked, so that one written meanwhile is never taken for lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from shared.db.session import Session, transacting
from shared.db.transaction import Database
from shared.messaging.answers import NoSuchMessage
from shared.messaging.broker import Broker
from shared.messaging.outbox import check_unchecked, first_id_at, newest_mark, sweep
from shared.messaging.steps import Steps, limited
from shared.messaging.streams import (
    MAX_AGE,
    StreamState,
    deleted_sequences,
    fact_id_at,
    stream_state,
)
from shared.telemetry import get_logger

log = get_logger(__name__)

T = TypeVar("T")
_ANOTHER_MENDS_S = 0.05
_ANOTHER_MENDS_TRIES = 100

_TRY_LOCK = text("select pg_try_advisory_xact_lock(hashtextextended(:lock, 0)) as held")
ONE_LOOKS, _ONE_MENDS, _ONE_HEALS = "fettle.relay", "fettle.relay.end", "fettle.relay.healing"

FOREIGN = """
    select outbox_id, stream_created, stream_seq from outbox_marks where stream_created < :created
    union all
    select outbox_id, stream_created, stream_seq from outbox_marks where stream_created > :created
    limit :limit"""

BEYOND = """
    select outbox_id, stream_created, stream_seq from outbox_marks where stream_created = :created
      and stream_seq > :last
    order by stream_seq desc limit :limit"""

# Those aged out are read, and not returned.
BEFORE = """
    with page as materialized (
        select outbox_id, stream_created, stream_seq from outbox_marks
          where stream_created = :created and stream_seq < :below
        order by stream_seq desc limit :limit)
    select every.number, every.lowest, young.*
      from (select count(*) as number, min(stream_seq) as lowest from page) every
    left join (select * from page where outbox_id > :young) young on true"""

_THESE = text("""
    select outbox_id, stream_created, stream_seq from outbox_marks
    where stream_created = :created and stream_seq = any(cast(:seqs as bigint[]))""")

# Exactly the marks that were read: one that has been written since is another. The generation goes
# up because the broker takes the old message id for a duplicate even when its message is gone.
_UNMARK = text("""
    with lost as materialized (select * from json_to_recordset(cast(:marks as json)) as l(id uuid,
      created timestamptz, seq bigint)),
         gone as (delete from outbox_marks m using lost where m.outbox_id = lost.id
           and m.stream_created = lost.created
                  and m.stream_seq = lost.seq returning m.outbox_id)
    update outbox set generation = generation + 1 where id in (select outbox_id from gone)""")


class Mark(NamedTuple):
    """Where the stream is said to hold a row."""

    id: UUID
    created: datetime
    seq: int


class Healing:
    """What one instance at a time does beside the publishing: hold the marks against the stream,
    check, sweep.
    """

    def __init__(self, database: Database, broker: Broker, owner: str) -> None:
        self._database, self._broker, self._owner = database, broker, owner
        self._end = Steps("unmark_end", largest=2000)
        self._foreign = Steps("unmark_foreign", largest=2000)
        self._before = Steps("unmark_before", largest=20_000)
        self._holes = Steps("unmark_holes", largest=2000)
        self._check = Steps("check_outbox", largest=5000)
        self._sweep = Steps("sweep_outbox", largest=2000)

    async def mend_end(self) -> int:
        """Unmark what a stream cut short no longer holds at its end; return how many rows. Wait
        while another instance is at it.

        To be called before anything is published: what is stored over the places of what was lost
        would hide it. From the highest mark down, so that a step that fails leaves the next one to
        see the same. Raises BrokerError.
        """
        try:
            return await self._unmark_end(holes=True)
        except NoSuchMessage:  # a hole, which may hide that the stream was cut
            await self._unmark_holes(await stream_state(self._broker, self._owner))
            return await self._unmark_end(holes=False)

    async def _unmark_end(self, *, holes: bool) -> int:
        """Raise NoSuchMessage when a mark looked at is at a hole, unless there cannot be `holes`
        any more.
        """

        async def unmark(direct: Session, limit: int) -> tuple[int, bool]:
            stream = await stream_state(self._broker, self._owner)
            given = {
                "created": stream.created,
                "last": await self._last_good(direct, stream, holes),
            }
            marks = _marks(await direct.rows(limited(BEYOND, limit), given))
            return await _unmark(direct, marks), len(marks) == limit

        unmarked, tries = 0, _ANOTHER_MENDS_TRIES
        while tries:
            # What other instances mark from here on is not seen: it lies beyond the end as we are
            # about to be told it.
            done = await self._step(self._end, unmark, lock=_ONE_MENDS, repeatable_read=True)
            if done is None:
                tries -= 1
                await asyncio.sleep(_ANOTHER_MENDS_S)
                continue
            unmarked += done[0]
            if not done[1]:
                break
        self._report(unmarked)
        return unmarked

    async def hold_marks_against(self, stream: StreamState) -> int:
        """Unmark every row that the stream does not hold, but for its end; return how many.

        Raises BrokerError.
        """
        unmarked = await self._unmark_foreign(stream) + await self._unmark_before(stream)
        if stream.has_holes:
            unmarked += await self._unmark_holes(stream)
        self._report(unmarked)
        return unmarked

    async def check(self) -> int:
        """Look at the rows of before there was `outbox_unmarked`; return how many of them wait."""

        async def check(direct: Session, limit: int) -> tuple[int, bool]:
            return await check_unchecked(direct, limit=limit)

        return await self._all(self._check, check)

    async def sweep(self) -> None:
        """Delete published rows that are older than the stream keeps them."""

        async def delete(direct: Session, limit: int) -> tuple[int, bool]:
            swept = await sweep(direct, self._database.clock.now(), limit=limit)
            return swept, swept == limit

        await self._all(self._sweep, delete)

    async def _unmark_foreign(self, stream: StreamState) -> int:
        """Unmark rows of another stream than there is now: it was wiped and made anew."""

        async def unmark(direct: Session, limit: int) -> tuple[int, bool]:
            marks = _marks(await direct.rows(limited(FOREIGN, limit), {"created": stream.created}))
            if not marks:
                return 0, False
            now = await stream_state(self._broker, self._owner)
            lost = [mark for mark in marks if mark.created != now.created]
            return await _unmark(direct, lost), len(lost) == limit

        return await self._all(self._foreign, unmark)

    async def _unmark_before(self, stream: StreamState) -> int:
        """Unmark rows below the stream's first that are too young to have aged out: they were
        purged.
        """
        below = stream.first_seq

        async def unmark(direct: Session, limit: int) -> tuple[int, bool]:
            nonlocal below
            young = first_id_at(self._database.clock.now() - MAX_AGE + timedelta(hours=1))
            found = await direct.rows(
                limited(BEFORE, limit), {"created": stream.created, "below": below, "young": young}
            )
            unmarked = await _unmark(
                direct, _marks(row for row in found if row["outbox_id"] is not None)
            )
            below = found[0]["lowest"] or 0
            return unmarked, found[0]["number"] == limit

        return await self._all(self._before, unmark)

    async def _unmark_holes(self, stream: StreamState) -> int:
        holes = sorted(await deleted_sequences(self._broker, self._owner))

        async def unmark(direct: Session, limit: int) -> tuple[int, bool]:
            nonlocal holes
            marks = _marks(
                await direct.rows(_THESE, {"created": stream.created, "seqs": holes[:limit]})
            )
            unmarked = await _unmark(direct, marks)
            holes = holes[limit:]
            return unmarked, bool(holes)

        return await self._all(self._holes, unmark)

    async def _last_good(self, direct: Session, stream: StreamState, holes: bool) -> int:
        """Return the sequence up to which marks and stream agree.

        What agrees is a beginning, so halving finds its end.
        """
        mark = await newest_mark(direct, stream.created, stream.last_seq)
        if mark is None or mark[1] < stream.first_seq or await self._matches(mark, holes):
            return stream.last_seq
        good, bad = stream.first_seq - 1, mark[1]
        while bad - good > 1:
            middle = (good + bad) // 2
            mark = await newest_mark(direct, stream.created, middle)
            if mark is None or mark[1] <= good or await self._matches(mark, holes):
                good = middle
            else:
                bad = mark[1]
        return good

    async def _matches(self, mark: tuple[UUID, int], holes: bool) -> bool:
        try:
            return await fact_id_at(self._broker, self._owner, mark[1]) == str(mark[0])
        except NoSuchMessage:
            if holes:
                raise
            return False

    async def _all(
        self, steps: Steps, work: Callable[[Session, int], Awaitable[tuple[int, bool]]]
    ) -> int:
        """Take steps until one says that there is no more; return the sum of what they counted."""
        counted, more = 0, True
        while more:
            number, more = await self._step(steps, work) or (0, False)
            counted += number
        return counted

    async def _step(
        self,
        steps: Steps,
        work: Callable[[Session, int], Awaitable[T]],
        *,
        lock: str = _ONE_HEALS,
        repeatable_read: bool = False,
    ) -> T | None:
        """Run one step in a transaction of its own; return None where another instance is at it."""
        engine = self._database.engine

        async def step(limit: int) -> T | None:
            async with transacting(engine, repeatable_read=repeatable_read) as direct:
                return await work(direct, limit) if await is_the_one(direct, lock) else None

        return await steps.take(step)

    def _report(self, unmarked: int) -> None:
        if unmarked:
            log.warning("facts_lost_by_broker", owner=self._owner, rows=unmarked)


async def is_the_one(direct: Session, lock: str) -> bool:
    """Return whether this instance holds the lock now, until its transaction ends."""
    (row,) = await direct.rows(_TRY_LOCK, {"lock": lock})
    return bool(row["held"])


def _marks(rows: Iterable[Mapping[str, Any]]) -> list[Mark]:
    return [
        Mark(UUID(str(row["outbox_id"])), row["stream_created"], row["stream_seq"]) for row in rows
    ]


async def _unmark(direct: Session, marks: Sequence[Mark]) -> int:
    if not marks:
        return 0
    given = to_json([mark._asdict() for mark in marks]).decode()
    return await direct.execute(_UNMARK, {"marks": given})
