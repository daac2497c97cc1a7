"""What is due by the clock."""

from operator import attrgetter
from typing import Any

from services.__service__.actions.mark_overdue import OVERDUE, mark_overdue
from services.__service__.store.queries import delete_of_tickets, find_next_due, lock_due
from shared.due_work import DueWork
from shared.retention import GRACE, Retention, retention_of

OVERDUE_WORK = DueWork(
    name=OVERDUE, next_due=find_next_due, claim=lock_due, act=mark_overdue, key=attrgetter("id")
)


def retention(*, snapshot_days: int, ticket_days: int) -> DueWork[Any]:
    """Return the due work that forgets what ended tickets needed; 0 days are for ever."""
    return Retention(
        snapshots_for=retention_of(snapshot_days),
        rows_for=retention_of(ticket_days, grace=GRACE),
        delete=delete_of_tickets,
    ).due_work()
