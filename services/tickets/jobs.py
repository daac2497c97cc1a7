"""What is due by the clock."""

from services.tickets.actions.end_ticket import close_unconfirmed_tickets
from services.tickets.actions.recording import CLOSING
from services.tickets.actions.sites import RESTATING, find_next_restatement, restate_old_sites
from services.tickets.store.queries import find_next_closing
from shared.alarms import Alarm

ALARMS = (
    Alarm(CLOSING, next_due=find_next_closing, run=close_unconfirmed_tickets),
    Alarm(RESTATING, next_due=find_next_restatement, run=restate_old_sites),
)
