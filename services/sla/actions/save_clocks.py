"""What was decided about clocks becomes rows, a fact for each of which others have to be told, and
figures.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from services.sla import events
from services.sla.actions.count_outcomes import LINGER, OUTCOMES
from services.sla.actions.read_board import topic_of
from services.sla.actions.read_metrics import RAN
from services.sla.domain.figures import Figures
from services.sla.domain.timing import SETTLING, Decision
from services.sla.store.figures import change_figures
from services.sla.store.queries import (
    delete_clocks,
    save_announcements,
    save_clock,
    save_timed_ticket,
)
from shared.contracts import ClocksV1
from shared.contracts.sla import ClockKind
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

CLOCKS = "clocks"
"""The due worker that acts when a share of a promise is used up."""

_LOGGED = {"breached": "promises_broken", "corrected": "breaches_taken_back"}


async def save_clocks(tx: Transaction, decisions: Iterable[Decision]) -> None:
    """Store and tell what was decided. The figures come last: they are the hot rows."""
    figures = Figures()
    done: list[tuple[UUID, ClockKind]] = []
    logged: dict[str, list[str]] = {past_tense: [] for past_tense in _LOGGED}
    for decision in decisions:
        _save(tx, decision)
        ticket_id = decision.after.ticket_id
        for figure, n in decision.figures.items():
            figures[figure] += n
        done += [(ticket_id, kind) for kind in decision.done]
        for past_tense in logged.keys() & decision.happened.keys():
            logged[past_tense].append(str(ticket_id))
    await delete_clocks(tx, done)
    await change_figures(tx, figures)
    for past_tense, ticket_ids in logged.items():
        if ticket_ids:
            log.info(_LOGGED[past_tense], ticket_ids=",".join(ticket_ids))


def _save(tx: Transaction, decision: Decision) -> None:
    after = decision.after
    if decision.happened:
        version = tx.next_version(ClocksV1, after.ticket_id, after.version - 1)
        if version != after.version:
            after = replace(after, version=version)
        snapshot = events.snapshot(after, decision.announced)
        tx.publish(events.changed(snapshot, decision.happened))
    save_timed_ticket(tx, after)
    for clock in decision.begun:
        save_clock(tx, after, clock)
    save_announcements(tx, after.ticket_id, decision.fresh)
    for kind, seconds in decision.ran.items():
        tx.observe(RAN[kind], seconds, after.card.priority)
    if not after.is_history:
        tx.tell(topic_of(after.card.site_id))
    if after.next_at is not None:
        tx.schedule(CLOCKS, after.next_at + SETTLING)
    tx.schedule(OUTCOMES, after.looked_at + LINGER)
