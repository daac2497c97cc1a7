"""Who hears of each site's work, and which sites are heard of by no one. A listener whose record at
a site leaves them no part in it hears nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.domain.access import roles_told
from services.notify.domain.kinds import Kind
from services.notify.store.tables import SiteAudienceRow
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

_DESK_ROLES = [role.value for role in roles_told(Kind.CLOCK_BREACHED)]


def _hears(site: str) -> str:
    """Return the condition that the site's record of a listener `a`, where there is one, leaves
    them a part in what staff hear: what it does not is never sent (`may_be_told`).
    """
    return f"""not exists (
        select from snapshots r
        where r.entity = 'tickets.person' and r.id = {site} || '/' || a.recipient_id
          and r.body is not null and r.body ->> 'removed_at' is null
          and r.body ->> 'roles' is not null and not exists (
            select from json_array_elements_text(cast(r.body -> 'roles' as json)) as role(name)
            where role.name = any(cast(:desk_roles as text[]))))"""


_COUNTED = text(f"""
    select s.site, n.version, n.listeners as told, (
        select count(distinct a.recipient_id) from audience a
        where a.site = s.site and {_hears("s.site")}) as listeners
    from unnest(cast(:sites as text[])) as s(site)
    left join site_audiences n on n.site = s.site order by s.site""")

_UNHEARD = text(f"""
    select s.id as site, count(*) over () as count from snapshots s
    where entity = 'tickets.site' and body is not null and body ->> 'removed_at' is null
      and not exists (select from audience a where a.site in (s.id, '*') and {_hears("s.id")})
    order by s.id limit :limit""")

_LISTED = text(f"""
    select s.id as site, array(
        select json_build_object('recipient_id', a.recipient_id, 'role', a.role, 'site', a.site,
          'since', a.since)
        from audience a where a.site in (s.id, '*') and {_hears("s.id")}
        order by a.recipient_id, a.role, a.site
    ) as listeners
    from snapshots s
    where entity = 'tickets.site' and body is not null and body ->> 'removed_at' is null
      and (cast(:sites as text[]) is null or s.id = any(cast(:sites as text[])))
      and s.id > :after and (not cast(:unheard as boolean) or not exists (
        select from audience a where a.site in (s.id, '*') and {_hears("s.id")}))
    order by s.id limit :limit""")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many listen to a site (`*`: to every site), and what was last published of that; None
    where nothing was.
    """

    site: SiteId
    version: int | None
    told: int | None
    listeners: int


@dataclass(frozen=True, kw_only=True)
class Unheard:
    """How many sites no one listens to, with the first of their names."""

    count: int
    names: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One who hears of a site; `site` is `*` for one who hears of every site."""

    recipient_id: PersonId
    role: str
    site: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Audience:
    """A site with those who hear of its work."""

    site: SiteId
    listeners: Sequence[Listener]


_COUNTS = TypeAdapter(list[Counted])
_AUDIENCES = TypeAdapter(list[Audience])


async def count_listeners(tx: Transaction, sites: Collection[str]) -> list[Counted]:
    """Return the count of each of these sites."""
    return _COUNTS.validate_python(
        await tx.rows(_COUNTED, sites=sorted(set(sites)), desk_roles=_DESK_ROLES)
    )


def save_audience(tx: Transaction, site: str, *, version: int, listeners: int) -> None:
    tx.save(SiteAudienceRow, {"site": site, "version": version, "listeners": listeners})


async def find_unheard(tx: Transaction, *, limit: int) -> Unheard:
    """Return the sites that no one listens to."""
    rows = await tx.rows(_UNHEARD, limit=limit, desk_roles=_DESK_ROLES)
    return Unheard(count=rows[0]["count"] if rows else 0, names=[row["site"] for row in rows])


async def list_audiences(
    tx: Transaction,
    *,
    sites: Collection[str] | None,
    unheard: bool,
    after: str,
    limit: int,
) -> list[Audience]:
    """Return the audiences of these sites, None for all, by the sites' ids; with `unheard` only of
    those that no one listens to.
    """
    given: dict[str, Any] = {
        "sites": None if sites is None else sorted(sites),
        "unheard": unheard,
        "desk_roles": _DESK_ROLES,
    }
    return _AUDIENCES.validate_python(await tx.rows(_LISTED, **given, after=after, limit=limit))
