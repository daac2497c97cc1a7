"""What notify's routes find under `app.state`."""

from dataclasses import dataclass

from services.notify.actions.deliver import Couriers
from services.notify.adapters.names import Names
from services.notify.domain.addresses import Reach
from services.notify.domain.sealing import Sealer
from services.notify.domain.unsubscribing import UnsubscribeTokens
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
    couriers: Couriers
    """What sends messages, by the channels that are on."""
    unsubscribe_tokens: UnsubscribeTokens
    portal_subject: str | None
    portal_url: str | None
    """The `sub` of the portal's tokens; None without a portal."""
    sender: object
    """The `Sender` of webhooks, and of mails, which no route asks for."""
    mail_sender: object
