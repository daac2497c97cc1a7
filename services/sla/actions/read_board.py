"""The board of a site: what is open, what is soon late, what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain.urgency import AT_RISK
from services.sla.store.board import count_at_risk_at, find_at_risk, find_breached, find_open
from services.sla.store.figures import count_states_at
from shared.auth.caller import Caller
from shared.contracts.sla import ClockState
from shared.db.transaction import Transaction
from shared.errors import NotFound

_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Counts:
    """`open` counts tickets, the others clocks."""

    open: int
    at_risk: int
    breached: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """As it stood at `at`; each list has at most the hundred most urgent."""

    site_id: str
    at: datetime
    counts: Counts
    open: Sequence[Mapping[str, Any]]
    at_risk: Sequence[Mapping[str, Any]]
    breached: Sequence[Mapping[str, Any]]


def topic_of(site_id: str) -> str:
    return f"board:{site_id}"


async def see_board(tx: Transaction, site_id: str, *, seen_by: Caller) -> Board:
    """Raises NotFound for a site whose staff the caller is not of."""
    if not seen_by.is_staff(site_id):
        raise NotFound("There is no such site.")
    soon = {"since": tx.now, "until": tx.now + AT_RISK}
    counted = await count_states_at(tx, site_id)
    return Board(
        site_id=site_id,
        at=tx.now,
        counts=Counts(
            open=sum(n for (kind, _), n in counted.items() if kind == "ticket"),
            at_risk=await count_at_risk_at(tx, site_id, **soon),
            breached=sum(n for (_, state), n in counted.items() if state == ClockState.BREACHED),
        ),
        open=await find_open(tx, site_id, limit=_LISTED),
        at_risk=await find_at_risk(tx, site_id, **soon, limit=_LISTED),
        breached=await find_breached(tx, site_id, limit=_LISTED),
    )
