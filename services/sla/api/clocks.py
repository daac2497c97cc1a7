"""`GET /v1/clocks?ticket_id=` and `GET /v1/clocks:batch?ticket_id=…`: the promises made about one
ticket, and about many at once.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.sla.actions.seeing import see_clocks, see_clocks_of_tickets
from shared.auth.caller import Caller, Role
from shared.contracts import ClocksV1
from shared.contracts.sla import ClockKind, ClockState
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Reply
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1", tag="clocks")

_MAX_TICKETS = 100

AnyCaller = Annotated[Caller, may(*Role)]


class ClockOut(Reply):
    """`due_at` is null while the clock is paused; a clock that stopped late is `breached` with
    `stopped_at`.
    """

    kind: ClockKind
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None


class AnnouncementOut(Reply):
    """`threshold` is a share of the target in percent, 100 is the breach; what was overtaken by
    something later was skipped.
    """

    clock: ClockKind
    threshold: int
    due_at: datetime
    fell_at: datetime
    announced_at: datetime
    skipped: bool


class ClocksOut(Reply):
    ticket_id: UUID
    version: int
    policy_id: str
    policy_version: int
    items: tuple[ClockOut, ...]
    announced: tuple[AnnouncementOut, ...]
    objection_ends_at: datetime | None
    """Until when the resident may object, where the ticket is resolved and its site says it."""

    @classmethod
    def of(cls, clocks: ClocksV1) -> "ClocksOut":
        return cls(
            ticket_id=clocks.id,
            version=clocks.version,
            policy_id=clocks.policy_id,
            policy_version=clocks.policy_version,
            items=tuple(ClockOut.model_validate(clock) for clock in clocks.clocks),
            announced=tuple(
                AnnouncementOut.model_validate(announcement) for announcement in clocks.announced
            ),
            objection_ends_at=clocks.objection_ends_at,
        )


class ManyClocksOut(Reply):
    items: tuple[ClocksOut, ...]


@router.get("/clocks")
@refuses(NotFound)
async def read(ticket_id: UUID, caller: AnyCaller, tx: Tx) -> ClocksOut:
    """Return the ticket's clocks, for staff of the site, the resident who reported the ticket or
    follows it, and technicians with a job or an open offer of it.
    """
    return ClocksOut.of(await see_clocks(tx, ticket_id, by=caller))


@router.get("/clocks:batch")
async def read_many(
    ticket_id: Annotated[list[UUID], Query(min_length=1, max_length=_MAX_TICKETS)],
    caller: AnyCaller,
    tx: Tx,
) -> ManyClocksOut:
    """Return the clocks of those of these tickets that you see, in the order of their ids."""
    found = await see_clocks_of_tickets(tx, ticket_id, by=caller)
    return ManyClocksOut(items=tuple(ClocksOut.of(clocks) for clocks in found))
