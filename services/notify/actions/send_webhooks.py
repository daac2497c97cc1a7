"""Webhooks leave: signed anew for each attempt, with fresh tokens."""

from datetime import datetime

from services.notify.adapters.posted import Posted
from services.notify.adapters.webhooks import WebhookPoster
from services.notify.domain.envelope import envelope, work_secrets
from services.notify.domain.sealing import CannotOpen, Sealer
from services.notify.domain.signing import signed_headers
from services.notify.store.claims import Claimed
from shared.auth.work_tokens import WorkTokens
from shared.telemetry import get_logger

log = get_logger(__name__)


class Webhooks:
    """The transport of webhooks; to be closed."""

    def __init__(
        self, poster: WebhookPoster, tokens: WorkTokens, sealer: Sealer, *, dispatch_url: str
    ) -> None:
        self._poster, self._tokens = poster, tokens
        self._sealer, self._dispatch_url = sealer, dispatch_url

    def held_back_until(self) -> datetime | None:
        """Return None: each endpoint is held back by itself."""
        return None

    async def send(self, claimed: Claimed, at: datetime) -> Posted:
        """Sign and send it; what cannot be signed is not sent."""
        said, endpoint_id = claimed.said, claimed.delivery.endpoint_id
        try:
            secrets = self._sealer.open_valid(claimed.secrets, endpoint_id, at=at)
        except CannotOpen as error:
            log.error("secret_unreadable", endpoint_id=str(endpoint_id), error=str(error))
            return Posted.unsigned(str(error))
        proofs = work_secrets(
            said, claimed.ticket_id, claimed.recipient_id, self._tokens, self._dispatch_url
        )
        body = envelope(said, proofs)
        headers = signed_headers(secrets, said.id, at, body)
        return await self._poster.post(claimed.url, headers, body)

    async def close(self) -> None:
        await self._poster.close()
