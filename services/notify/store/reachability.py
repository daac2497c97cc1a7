"""The people of each site whom nothing beside their inbox reaches: no e-mail address that takes
anything, no endpoint that is open.

Rows are written when something is said to such a person, and when their last channel ends; a
channel that works takes them away. A row that came too late is passed over by the list.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import text

from services.notify.domain.channels import Channel
from services.notify.domain.recipient import Recipient
from services.notify.store.recipients import RECIPIENT_COLUMNS, SITES_OF_PERSON, with_audiences
from services.notify.store.tables import UnreachableRow
from shared.auth.caller import EVERY_SITE
from shared.db.transaction import Transaction
from shared.ids import SiteId


def _is_reached(person: str) -> str:
    """Return the condition that one of the channels of the person works, looked up for each by the
    index: an `exists` would be worked out for all people at once.
    """
    return f"""coalesce((select true from endpoints e where e.owner = {person}
        and e.removed_at is null and e.disabled_at is null
        and e.channel = any(cast(:channels as text[])) limit 1), false)"""


_REACHED = text(f"""
    delete from unreachable u using unnest(cast(:ids as text[])) as p(id)
    where u.recipient_id = p.id and {_is_reached("p.id")}""")
_UNREACHED = text(f"""
    insert into unreachable (recipient_id, site, since)
    select p.id, known.site, cast(:now as timestamptz)
    from unnest(cast(:ids as text[])) as p(id) join recipients r on r.id = p.id
      cross join lateral (select distinct site from ({SITES_OF_PERSON}) as each(site)) as known
    where not {_is_reached("p.id")} and known.site <> :every_site
    order by 1, 2 on conflict do nothing""")
_LEFT = text("""
    delete from unreachable u
    using unnest(cast(:ids as text[]), cast(:sites as text[])) as p(id, site)
    where u.recipient_id = p.id and u.site = p.site""")
_FORGET = text("delete from unreachable where recipient_id = :id")

_OF_SITES = text(f"""
    with listed as (
      select distinct u.recipient_id
      from unnest(cast(:sites as text[])) as s(site) cross join lateral (
        select recipient_id from unreachable
        where site = s.site and recipient_id > :after and not {_is_reached("recipient_id")}
        order by recipient_id limit :limit) as u
      order by 1 limit :limit)
    select {RECIPIENT_COLUMNS} from recipients
    where id in (select recipient_id from listed) order by id""")
_ANYWHERE = text(f"""
    with listed as (
      select distinct recipient_id from unreachable
      where recipient_id > :after and not {_is_reached("recipient_id")}
      order by 1 limit :limit)
    select {RECIPIENT_COLUMNS} from recipients
    where id in (select recipient_id from listed) order by id""")


def put_unreachable(tx: Transaction, person: str, site: str) -> None:
    """Store that nothing reaches the person, to whom something of the site was just said."""
    tx.insert_missing(UnreachableRow, {"recipient_id": person, "site": site, "since": tx.now})


async def settle_reachability(
    tx: Transaction, people: Collection[str], channels: Iterable[Channel]
) -> None:
    """Save of these people whether anything reaches them by one of the channels, as of what was
    flushed.
    """
    given = {"ids": sorted(people), "channels": sorted(channels)}
    await tx.execute(_REACHED, **given)
    await tx.execute(_UNREACHED, **given, every_site=EVERY_SITE, now=tx.now)


async def forget_unreachable_at(tx: Transaction, left: Collection[tuple[str, str]]) -> None:
    """Delete what says of people (person, site) that nothing reaches them there."""
    people, sites = [person for person, _ in left], [site for _, site in left]
    await tx.execute(_LEFT, ids=people, sites=sites)


async def forget_unreachable(tx: Transaction, person: str) -> None:
    await tx.execute(_FORGET, id=person)


async def list_unreachable(
    tx: Transaction,
    *,
    sites: Collection[SiteId] | None,
    channels: Iterable[Channel],
    after: str,
    limit: int,
) -> list[Recipient]:
    """Return people of these sites (None: of any) whom nothing reaches by one of the channels, by
    id.
    """
    given = {"channels": sorted(channels), "after": after, "limit": limit}
    if sites is None:
        rows = await tx.rows(_ANYWHERE, **given)
    else:
        rows = await tx.rows(_OF_SITES, sites=sorted(sites), **given)
    return await with_audiences(tx, rows)
