"""Links to one ticket, made and read with the portal's keys and clock."""

import secrets
from collections.abc import Sequence

from services.portal.domain.sealing import NONCE_BYTES, Sealer
from services.portal.domain.ticket_links import VALID_FOR, TicketLink, packed, unpacked
from shared.clock import Clock
from shared.ids import PersonId, SiteId, TicketId


class TicketLinks:
    def __init__(self, keys: Sequence[tuple[str, bytes]], clock: Clock) -> None:
        """`keys` are those that the portal signs tokens with."""
        self._sealer, self._clock = Sealer(keys, "ticket link"), clock

    def make_ticket_link(
        self, ticket_id: TicketId, site_id: SiteId, person_id: PersonId | None
    ) -> str:
        """Return what stands behind `/t/` in the address: it opens this ticket as the person, or
        as a reporter without an account, for ninety days.
        """
        now = self._clock.now()
        link = TicketLink(
            ticket_id=ticket_id,
            site_id=site_id,
            person_id=person_id,
            made_at=now,
            ends_at=now + VALID_FOR,
        )
        return self._sealer.seal(packed(link), nonce=secrets.token_bytes(NONCE_BYTES))

    def read_ticket_link(self, text: str) -> TicketLink | None:
        """Return what the link opens; None for one that was cut, changed, made elsewhere, or is
        over. Whether its person still has an account is for `actions/open_ticket_link.py` to say.
        """
        plain = self._sealer.open(text)
        link = None if plain is None else unpacked(plain)
        return None if link is None or link.ends_at <= self._clock.now() else link
