"""What was last told of buildings, and the codes of places, as they are stored."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import text

from services.tickets.domain.buildings import KnownBuilding, ToldBuilding
from services.tickets.domain.place_codes import PlaceKey, PlaceKind
from services.tickets.store.place_tables import BuildingRow
from shared.db.transaction import Transaction

_KNOWN = TypeAdapter(list[KnownBuilding])

_OF_SITE = text("select * from buildings where site_id = :site_id order by id for update")
_THESE = text("select * from buildings where id = any(cast(:ids as text[])) order by id for update")
_TO_RESTATE = text("""
    select id from buildings where said_at <= :before and id <> all(cast(:excluding as text[]))
      order by said_at limit :limit for update skip locked""")
_EARLIEST_SAID = text(
    "select min(said_at) as said_at from buildings where id <> all(cast(:excluding as text[]))"
)
_SAY_AGAIN = text("update buildings set said_at = :long_ago where said_at > :long_ago")

# One statement, however many units there are. A place that comes back has the code that it had:
# its label may still be on the wall.
_ASSIGN = text("""
    with given as materialized (
        select * from unnest(cast(:kinds as text[]), cast(:keys as text[]), cast(:codes as text[]))
          as g(kind, key, code)),
    gone as (
        update places p set removed_at = :now where p.site_id = :site_id and p.removed_at is null
          and not exists (select from given g where g.kind = p.kind and g.key = p.key))
    insert into places as known (site_id, kind, key, code)
    select :site_id, g.kind, g.key, g.code from given g
    where not exists (select from places p where p.site_id = :site_id and p.kind = g.kind
      and p.key = g.key and p.removed_at is null)
    on conflict (site_id, kind, key) do update set removed_at = null""")
_BY_CODE = text("select site_id, kind, key from places where code = :code and removed_at is null")
_REPLACE = text("""
    update places set code = :new
    where code = :code and site_id = :site_id and removed_at is null returning kind, key""")
_LISTED = text("""
    select kind, key, code from places where site_id = :site_id and removed_at is null
      and (kind, key) > (:after_kind, :after_key) order by kind, key limit :limit""")
_LISTED_OF_KIND = text("""
    select kind, key, code from places where site_id = :site_id and removed_at is null
      and kind = :kind and key > :after_key order by key limit :limit""")


class PlaceAtSite(NamedTuple):
    """A place, and the site that lists it."""

    site_id: str
    place: PlaceKey


class PlaceWithCode(NamedTuple):
    place: PlaceKey
    code: str


async def lock_buildings_of(tx: Transaction, site_id: str) -> dict[str, KnownBuilding]:
    """Return the site's buildings as they were last told, by id, locked."""
    rows = await tx.rows(_OF_SITE, site_id=site_id)
    return {each.id: each for each in _KNOWN.validate_python(rows)}


async def lock_buildings(tx: Transaction, ids: Collection[str]) -> Sequence[KnownBuilding]:
    return _KNOWN.validate_python(await tx.rows(_THESE, ids=list(ids)))


def save_building(tx: Transaction, building: ToldBuilding) -> None:
    """Store that the building was told so, now."""
    tx.save(BuildingRow, building, said_at=tx.now)


async def lock_buildings_last_said(
    tx: Transaction, *, before: datetime, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock buildings that were last said before then and return their ids; skip those that another
    instance has taken.
    """
    rows = await tx.rows(_TO_RESTATE, before=before, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def find_earliest_said(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    row = await tx.row(_EARLIEST_SAID, excluding=list(excluding))
    return row["said_at"] if row else None


async def have_all_said_again(tx: Transaction, long_ago: datetime) -> int:
    """Have every building said again soon; return how many are not about to be anyway."""
    return await tx.execute(_SAY_AGAIN, long_ago=long_ago)


async def assign_codes(
    tx: Transaction, site_id: str, places: Sequence[PlaceKey], codes: Sequence[str]
) -> None:
    """Store the codes of those of the site's places that have none, and that it has no others."""
    await tx.execute(
        _ASSIGN,
        site_id=site_id,
        kinds=[place.kind.value for place in places],
        keys=[place.key for place in places],
        codes=list(codes),
        now=tx.now,
    )


async def find_place(tx: Transaction, code: str) -> PlaceAtSite | None:
    """Return the place of the code; None for one that is unknown, was revoked, or whose place the
    site lists no more.
    """
    row = await tx.row(_BY_CODE, code=code)
    return None if row is None else PlaceAtSite(row["site_id"], _key_of(row))


async def replace_code(tx: Transaction, site_id: str, code: str, new: str) -> PlaceKey | None:
    """Give the place of the code another one; return the place, None where the site has none with
    that code.
    """
    row = await tx.row(_REPLACE, site_id=site_id, code=code, new=new)
    return None if row is None else _key_of(row)


async def list_places(
    tx: Transaction, site_id: str, *, kind: PlaceKind | None, after: PlaceKey | None, limit: int
) -> list[PlaceWithCode]:
    """Return the site's places (of that kind) after the one named, by kind and key."""
    if kind is None:
        rows = await tx.rows(
            _LISTED,
            site_id=site_id,
            after_kind=after.kind.value if after else "",
            after_key=after.key if after else "",
            limit=limit,
        )
    else:
        rows = await tx.rows(
            _LISTED_OF_KIND,
            site_id=site_id,
            kind=kind.value,
            after_key=after.key if after else "",
            limit=limit,
        )
    return [PlaceWithCode(_key_of(row), row["code"]) for row in rows]


def _key_of(row: Mapping[str, Any]) -> PlaceKey:
    return PlaceKey(PlaceKind(row["kind"]), row["key"])
