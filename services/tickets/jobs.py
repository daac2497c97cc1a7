"""What is due by the clock."""

from typing import Any

from services.tickets.actions.end_ticket import close_unconfirmed_tickets
from services.tickets.actions.recording import CLOSING
from services.tickets.actions.sites import (
    RESTATING,
    find_next_restatement,
    lock_old_sites,
    restate_old_sites,
)
from services.tickets.store.forgetting import TICKETS, delete_tickets, lock_tickets_to_delete
from services.tickets.store.queries import find_next_closing, lock_due_to_close
from shared.alarms import Alarm
from shared.retention import Retention, kept_for, unchecked_alarm

ALARMS = (
    Alarm(
        name=CLOSING,
        next_due=find_next_closing,
        take=lock_due_to_close,
        act=close_unconfirmed_tickets,
    ),
    Alarm(
        name=RESTATING,
        next_due=find_next_restatement,
        take=lock_old_sites,
        act=restate_old_sites,
        at_once=50,
    ),
)


def retention(*, snapshot_days: int, ticket_days: int) -> tuple[Alarm[Any], ...]:
    """Return the alarms that forget ended tickets; 0 days are for ever."""
    forgotten = Retention(
        snapshots_for=kept_for(snapshot_days),
        rows_for=kept_for(ticket_days),
        delete=delete_tickets,
        lock=lock_tickets_to_delete,
    )
    return forgotten.alarm(), unchecked_alarm(TICKETS)
