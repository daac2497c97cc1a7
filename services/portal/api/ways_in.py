"""What the ways in are made of, under `app.state.ways_in`."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Self

from services.portal.adapters.apis import Apis
from services.portal.adapters.oidc_issuer import Client, OidcIssuer
from services.portal.adapters.password_hasher import PasswordHasher
from services.portal.adapters.ticket_links import TicketLinks
from services.portal.domain.sealing import Sealer
from shared.clock import Clock
from shared.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class WaysIn:
    """`issuer` is the company's own; None: there is none. `asked` seals what lies with a browser
    while it is there. `sign_ins` counts attempts of this instance by way and outcome.
    """

    ticket_links: TicketLinks
    asked: Sealer
    issuer: OidcIssuer | None
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    sign_ins: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def made(
        cls,
        keys: Sequence[tuple[str, bytes]],
        clock: Clock,
        *,
        client: Client | None,
        is_development: bool,
    ) -> Self:
        """Return them; `keys` are those that tokens are signed with."""
        return cls(
            ticket_links=TicketLinks(keys, clock),
            asked=Sealer(keys, "sign-in at an issuer"),
            issuer=None if client is None else OidcIssuer(client, allows_http=is_development),
        )


async def mail_login_link(
    portal: Apis,
    public_url: str,
    person_id: PersonId,
    code: str,
    sites: Collection[str],
    email: str,
) -> None:
    """Have notify send the link to the person; `portal` is who the portal is itself. Raises
    Refusal where mail is off, and Away.
    """
    body = {
        "recipient_id": person_id,
        "kind": "login.link",
        "url": f"{public_url}/login/link/{code}",
        "sites": sorted(sites) or ["*"],
        "email": email,
    }
    await portal.notify.post("/v1/messages", body)
