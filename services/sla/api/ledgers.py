"""`GET /v1/ledgers?ticket_id=…`: how the time of promises was spent, for many tickets at once."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.sla.actions.read_ledgers import Ledger, read_ledgers
from services.sla.api.board import Staff
from services.sla.domain.ledger import Account, Spent
from shared.contracts.sla import ClockKind, ClockState
from shared.http.fields import Reply
from shared.http.requests import Tx
from shared.http.routing import action_router

router = action_router("/v1", tag="clocks")

_MAX_TICKETS = 100


class SpanOut(Reply):
    """`counted`, `paused` (`reason`: of the hold, `resolved`, or `desk` where no technician had to
    come) or `closed`, outside working hours.
    """

    since: datetime
    until: datetime
    spent: Spent
    reason: str | None


class AccountOut(Reply):
    """A promise with how its time was spent from its start until it stopped, or until now. Target
    and what of it is used up are in the calendar's working time, in seconds; null where nothing is
    promised any more, or nothing is known of it.
    """

    kind: ClockKind
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    target_s: int | None
    counted_s: int | None
    spans: tuple[SpanOut, ...]

    @classmethod
    def of(cls, account: Account) -> "AccountOut":
        clock = account.clock
        return cls(
            kind=clock.kind,
            state=clock.state,
            started_at=clock.started_at,
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
            breached_at=clock.breached_at,
            target_s=_seconds(account.target),
            counted_s=_seconds(account.counted),
            spans=tuple(SpanOut.model_validate(span) for span in account.spans),
        )


class LedgerOut(Reply):
    ticket_id: UUID
    items: tuple[AccountOut, ...]

    @classmethod
    def of(cls, ledger: Ledger) -> "LedgerOut":
        return cls(
            ticket_id=ledger.ticket_id,
            items=tuple(AccountOut.of(account) for account in ledger.accounts),
        )


class LedgersOut(Reply):
    items: tuple[LedgerOut, ...]


@router.get("/ledgers")
async def read(
    ticket_id: Annotated[list[UUID], Query(min_length=1, max_length=_MAX_TICKETS)],
    caller: Staff,
    tx: Tx,
) -> LedgersOut:
    """Return for each of these tickets, as far as they are of your sites, how the time of its
    promises was spent.
    """
    ledgers = await read_ledgers(tx, ticket_id, by=caller)
    return LedgersOut(items=tuple(LedgerOut.of(ledger) for ledger in ledgers))


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())
