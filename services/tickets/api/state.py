"""What tickets' routes find under `app.state`."""

from dataclasses import dataclass

from services.tickets.actions.count_queue import CountsBySite
from services.tickets.actions.take_numbers import Numbers
from services.tickets.adapters.image_workers import ImageWorkers
from services.tickets.adapters.storage import Storage
from shared.http.state import AppState


@dataclass(kw_only=True)
class TicketsState(AppState):
    numbers: Numbers
    queue_counts: CountsBySite
    """What was counted of each site's queue."""
    public_url: str | None = None
    """Where clients reach the service, for the links of labels."""
    ticket_retention_days: int
    storage: Storage
    image_workers: ImageWorkers
