"""What tickets' routes find under `app.state`."""

from dataclasses import dataclass

from services.tickets.actions.take_numbers import Numbers
from services.tickets.adapters.image_workers import ImageWorkers
from services.tickets.adapters.storage import Storage
from shared.http.state import AppState


@dataclass(kw_only=True)
class TicketsState(AppState):
    numbers: Numbers
    storage: Storage
    image_workers: ImageWorkers
