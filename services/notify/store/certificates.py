"""Who is to hear of technicians' certificates, and what was said of them before."""

from collections.abc import Collection, Iterable

from sqlalchemy import text

from services.notify.domain.for_certificates import SiteListener
from services.notify.domain.occasion import Occasion
from shared.auth.caller import EVERY_SITE
from shared.db.transaction import Transaction
from shared.ids import PersonId

_LISTENERS = text("""
    select recipient_id, site, min(since) as since from audience
    where site = :every_site or site = any(cast(:sites as text[]))
    group by recipient_id, site order by recipient_id, site""")
# By the index that makes each message once.
_SAID = text("""
    select asked.recipient_id, asked.kind, asked.cause
    from unnest(cast(:people as text[]), cast(:kinds as text[]), cast(:causes as text[]))
      as asked(recipient_id, kind, cause)
    where exists (select from messages m where m.ticket_id is null
      and hashtextextended((((m.recipient_id || ' ') || m.kind) || ' ') || m.cause, 0) =
        hashtextextended((((asked.recipient_id || ' ') || asked.kind) || ' ') || asked.cause, 0))
""")


async def find_site_listeners(tx: Transaction, sites: Collection[str]) -> list[SiteListener]:
    """Return who listens at one of these sites, or at every site, by id."""
    return [
        SiteListener(id=PersonId(row["recipient_id"]), site=row["site"], since=row["since"])
        for row in await tx.rows(_LISTENERS, sites=sorted(sites), every_site=EVERY_SITE)
    ]


async def find_said(
    tx: Transaction, occasions: Iterable[Occasion]
) -> frozenset[tuple[str, str, str]]:
    """Return the keys of those of these occasions of which there is a message."""
    keys = sorted(occasion.key for occasion in occasions)
    rows = await tx.rows(
        _SAID,
        people=[person for person, _, _ in keys],
        kinds=[str(kind) for _, kind, _ in keys],
        causes=[cause for _, _, cause in keys],
    )
    return frozenset((row["recipient_id"], row["kind"], row["cause"]) for row in rows)
