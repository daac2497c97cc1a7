"""Ledgers: how the time of tickets' promises was spent until now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sla.domain.access import may_see_board
from services.sla.domain.clocks import clocks_of
from services.sla.domain.ledger import Account, account_of
from services.sla.domain.policy import in_force
from services.sla.domain.timed_ticket import TimedTicket
from services.sla.store.queries import find_timed_tickets
from services.sla.store.terms import Terms, load_terms
from shared.auth.caller import Caller
from shared.db.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All promises of one ticket, each with how its time was spent."""

    ticket_id: UUID
    accounts: tuple[Account, ...]


async def read_ledgers(
    tx: Transaction, ticket_ids: Collection[UUID], *, by: Caller
) -> list[Ledger]:
    """Return the ledgers of those of the tickets that are at sites whose staff the caller is, in
    the order of their ids. The clocks are computed anew, as they stand now.
    """
    found = await find_timed_tickets(tx, ticket_ids)
    seen = [each for each in found if may_see_board(by, each.card.site_id)]
    if not seen:
        return []
    opened = [each.life.ticket.opened_at for each in seen]
    terms = await load_terms(
        tx,
        {each.card.site_id for each in seen},
        since=min(opened),
        until=max(opened),
        first_too=any(each.is_history for each in seen),
    )
    return [
        Ledger(ticket_id=each.ticket_id, accounts=_accounts(each, terms, now=tx.now))
        for each in seen
    ]


def _accounts(timed: TimedTicket, terms: Terms, *, now: datetime) -> tuple[Account, ...]:
    policies = in_force(terms.policies, timed.life.ticket.opened_at, first_before=timed.is_history)
    promises = clocks_of(timed.life, policies=policies, calendars=terms.calendars, now=now)
    return tuple(account_of(clock, timed.life, now=now) for clock in promises.clocks)
