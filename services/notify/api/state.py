"""What notify's routes find under `app.state`."""

from dataclasses import dataclass

from services.notify.adapters.names import Names
from services.notify.domain.addresses import Reach
from services.notify.domain.sealing import Sealer
from shared.http.state import AppState


@dataclass(kw_only=True)
class NotifyState(AppState):
    reach: Reach
    """Where webhooks may go."""
    names: Names
    sealer: Sealer
    """Seals what secrets are stored."""
    endpoints_per_registrar: int
    """How many endpoints a caller may have registered for others."""
    phone_country: str
    """What telephone numbers begin with that are given without a country, such as `+86`."""
    sender: object
    """The `Sender` of `services.notify.sender`, which no route asks for."""
