"""The board of a site: what is open, what is soon late, what is late."""

from collections.abc import Iterable

from services.sla.domain.access import may_see_board
from services.sla.domain.board import Board, Counts
from services.sla.domain.figures import TICKET
from services.sla.domain.urgency import AT_RISK
from services.sla.store.board import (
    count_at_risk_at,
    count_listeners,
    find_at_risk,
    find_breached,
    find_open,
)
from services.sla.store.figures import count_states_at
from shared.auth.caller import Caller
from shared.contracts import AudienceV1
from shared.contracts.sla import ClockState
from shared.db.transaction import Transaction
from shared.errors import NotFound

_MAX_LISTED = 100


def topic_of(site_id: str) -> str:
    return f"board:{site_id}"


def show_audiences(tx: Transaction, audiences: Iterable[AudienceV1]) -> None:
    """Have the boards of these sites shown anew; they read the snapshots."""
    for audience in audiences:
        tx.tell(topic_of(audience.id))


async def read_board(tx: Transaction, site_id: str, *, by: Caller) -> Board:
    """Return the board as it stands. Raises NotFound."""
    if not may_see_board(by, site_id):
        raise NotFound("There is no such site.")
    soon = {"since": tx.now, "until": tx.now + AT_RISK}
    counted = await count_states_at(tx, site_id)
    return Board(
        site_id=site_id,
        at=tx.now,
        counts=Counts(
            open=sum(n for (kind, _), n in counted.items() if kind == TICKET),
            at_risk=await count_at_risk_at(tx, site_id, **soon),
            breached=sum(n for (_, state), n in counted.items() if state == ClockState.BREACHED),
        ),
        listeners=await count_listeners(tx, site_id),
        open=await find_open(tx, site_id, limit=_MAX_LISTED),
        at_risk=await find_at_risk(tx, site_id, **soon, limit=_MAX_LISTED),
        breached=await find_breached(tx, site_id, limit=_MAX_LISTED),
    )
