"""A service that hears of tickets and forgets them, for tests of retention."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts import TicketV1
from shared.contracts.tickets import TicketState, TicketStep
from shared.db.transaction import Database, Transaction
from shared.due_work import DueWorker
from shared.messaging.consumer import Consumer
from shared.messaging.snapshots import find_snapshots
from shared.retention import Retention, nothing, retention_of, unchecked_due_work
from tests.kernel.toy import METADATA, a_ticket, count_tickets
from tests.support.clocks import SettableClock
from tests.support.component import received

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Follower:
    """A service that holds snapshots of tickets, and forgets them after 30 days and
    their rows after 90.
    """

    def __init__(self, url: str, *, snapshots: int = 30, rows: int = 90) -> None:
        self.clock = SettableClock(NOON)
        self.url = url
        self.cursed: set[UUID] = set()
        self.deleted: list[UUID] = []
        self.database = Database(url, metadata=METADATA, clock=self.clock, name="sla")
        self.consumer = Consumer("sla", "tickets", [count_tickets], self.database)
        kept = Retention(
            snapshots_for=retention_of(snapshots),
            rows_for=retention_of(rows),
            delete=self._delete,
            shrink=nothing,
        )
        self.forgetting = DueWorker(kept.due_work(), self.database)
        self.checking = DueWorker(unchecked_due_work(), self.database)

    async def _delete(self, tx: Transaction, ids: Sequence[UUID]) -> None:
        if cursed := self.cursed.intersection(ids):
            raise ValueError(f"{cursed} cannot be deleted")
        self.deleted += ids

    async def hears(self, *tickets: TicketV1) -> None:
        await self.consumer.apply([received(ticket) for ticket in tickets], created=CREATED)
        assert self.consumer.dead_letters == 0

    async def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        async with self.database.transaction() as tx:
            return [dict(row) for row in await tx.rows(text(sql), **parameters)]

    async def versions(self) -> dict[str, tuple[int, bool]]:
        """Ticket → the version that is known of it, and whether its snapshot is held."""
        rows = await self.rows(
            "select cast(ticket_id as text) as id, false as whole, "
            "cast(versions ->> 'tickets.ticket' as bigint) as version from shrunk_snapshots "
            "union all select id, true, version from snapshots order by whole"
        )
        return {row["id"]: (row["version"], row["whole"]) for row in rows}

    async def reads(self, id: UUID) -> bool:
        async with self.database.transaction() as tx:
            return bool(await find_snapshots(tx, TicketV1, [id]))


def ended(
    id: UUID,
    *,
    version: int = 2,
    state: TicketState = TicketState.CLOSED,
    cycle: int = 1,
    at: datetime = NOON,
) -> TicketV1:
    ticket = a_ticket(id, version=version)
    step = TicketStep(at=at, state=state, cycle=cycle, cause="resident-1")
    return ticket.model_copy(
        update={"state": state, "cycle": cycle, "steps": (*ticket.steps, step)}
    )
