"""What is due by the clock."""

from operator import attrgetter
from typing import Any

from services.__service__.actions.mark_overdue import OVERDUE, mark_overdue
from services.__service__.store.queries import delete_of_tickets, find_next_due, lock_due
from shared.alarms import Alarm
from shared.retention import GRACE, Retention, kept_for

OVERDUE_ALARM = Alarm(
    name=OVERDUE, next_due=find_next_due, take=lock_due, act=mark_overdue, key=attrgetter("id")
)


def retention(*, snapshot_days: int, ticket_days: int) -> Alarm[Any]:
    """Return the alarm that forgets what ended tickets needed; 0 days are for ever."""
    return Retention(
        snapshots_for=kept_for(snapshot_days),
        rows_for=kept_for(ticket_days, grace=GRACE),
        delete=delete_of_tickets,
    ).alarm()
