"""Sites as they are stored, and the blocks of numbers that their references are made of."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.tickets.domain.references import FIRST_NUMBER
from services.tickets.domain.site import CodeTaken, Site, SiteLine
from services.tickets.store.tables import SiteRow
from shared.db.reads import Lookup, Requirement, planned_once
from shared.db.transaction import Kind, Transaction
from shared.ids import new_id

_SITE = TypeAdapter(Site)
_LINES = TypeAdapter(list[SiteLine])
MAX_PARSED = 64
# A site has thousands of units, and every new ticket needs it: it is parsed once for each revision
# of its row.
_parsed: OrderedDict[UUID, Site] = OrderedDict()

_REVISION = Lookup("select revision from sites where id = :id", id="text")
_LOAD = Lookup("select * from sites where id = :id", id="text")
_IS_UNCHANGED = Requirement(
    "select from sites where id = :id and revision = :revision", id="text", revision="uuid"
)
_LOCK = text("select * from sites where id = :id for update")
_LOAD_ALL = text("select * from sites where id = any(cast(:ids as text[])) order by said_at")
_IDS = text("select id from sites order by id")
_LIST = text("""
    select id, version, code, name, time_zone, language from sites
    where removed_at is null and id > :after
      and (cast(:ids as text[]) is null or id = any(cast(:ids as text[])))
    order by id limit :limit""")
_TO_RESTATE = text("""
    select id from sites where said_at <= :before and id <> all(cast(:excluding as text[]))
      order by said_at limit :limit for update skip locked""")
_EARLIEST_SAID = text(
    "select min(said_at) as said_at from sites where id <> all(cast(:excluding as text[]))"
)
_SAID = text("update sites set said_at = :now where id = any(cast(:ids as text[]))")
_TO_TELL = text("""
    select id from sites where told_revision is distinct from revision
      and id <> all(cast(:excluding as text[])) order by id limit :limit for update skip locked""")
_ANY_TO_TELL = text("""
    select id from sites where told_revision is distinct from revision
      and id <> all(cast(:excluding as text[])) limit 1""")
_TOLD = text("update sites set told_revision = revision where id = any(cast(:ids as text[]))")
# In the order of their codes, so that two instances wait for each other instead of deadlocking.
_CLAIM_BLOCKS = text(f"""
    insert into number_blocks as b (code, next_number)
    select code, {FIRST_NUMBER} + size
    from unnest({planned_once(":codes", "text")}, {planned_once(":sizes", "bigint")})
      as asked(code, size)
    order by code
    on conflict (code) do update set
      next_number = b.next_number + excluded.next_number - {FIRST_NUMBER}
    returning code, next_number""")


async def load_site(tx: Transaction, site_id: str) -> Site | None:
    """Return the site, parsed once for each revision.

    An optimistic transaction assumes that it is as it was seen last.
    """
    seen: UUID | None = tx.memory.get(("site", site_id))
    if tx.kind is Kind.OPTIMISTIC and seen is not None and seen in _parsed:
        tx.assume(_IS_UNCHANGED, id=site_id, revision=seen)
        return _remembered({"revision": seen})
    found = await tx.lookup(_REVISION, id=site_id)
    if found and found[0]["revision"] not in _parsed:
        found = await tx.lookup(_LOAD, id=site_id)
    if not found:
        return None
    tx.memory["site", site_id] = found[0]["revision"]
    return _remembered(found[0])


def _remembered(row: Mapping[str, Any]) -> Site:
    """Return the site of a row; of a revision that has been parsed, the row need hold nothing
    else.
    """
    revision = row["revision"]
    if revision not in _parsed:
        _parsed[revision] = _site_of(row)
        while len(_parsed) > MAX_PARSED:
            _parsed.popitem(last=False)
    _parsed.move_to_end(revision)
    return _parsed[revision]


async def lock_site(tx: Transaction, site_id: str) -> Site | None:
    """Lock the site until the transaction ends, and its creation where there is none; return it."""
    await tx.lock("site", [site_id])
    row = await tx.row(_LOCK, id=site_id)
    return None if row is None else _site_of(row)


async def find_site_ids(tx: Transaction) -> Sequence[str]:
    return [row["id"] for row in await tx.rows(_IDS)]


async def find_sites(
    tx: Transaction, ids: Collection[str] | None, *, after: str, limit: int
) -> list[SiteLine]:
    """Return the sites among `ids` (None: all) that are not removed, by id."""
    rows = await tx.rows(_LIST, ids=None if ids is None else sorted(ids), after=after, limit=limit)
    return _LINES.validate_python([dict(row) for row in rows])


async def lock_sites_last_said(
    tx: Transaction, *, before: datetime, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock sites that were last said before then and return their ids; skip those that another
    instance has taken.
    """
    rows = await tx.rows(_TO_RESTATE, before=before, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def load_sites(tx: Transaction, site_ids: Collection[str]) -> Sequence[Site]:
    return [_site_of(row) for row in await tx.rows(_LOAD_ALL, ids=list(site_ids))]


async def find_earliest_said(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    row = await tx.row(_EARLIEST_SAID, excluding=list(excluding))
    return row["said_at"] if row else None


def _site_of(row: Mapping[str, Any]) -> Site:
    return _SITE.validate_python(dict(row))


async def note_said(tx: Transaction, site_ids: Collection[str]) -> None:
    """Store that the sites were said now."""
    await tx.execute(_SAID, ids=list(site_ids), now=tx.now)


async def lock_sites_to_tell(
    tx: Transaction, *, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock sites of whose buildings something may not have been told and return their ids; skip
    those that another instance has taken.
    """
    rows = await tx.rows(_TO_TELL, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def is_any_to_tell(tx: Transaction, excluding: Collection[str]) -> bool:
    return await tx.row(_ANY_TO_TELL, excluding=list(excluding)) is not None


async def note_told(tx: Transaction, site_ids: Collection[str]) -> None:
    """Store that the buildings of the sites have been told as they are."""
    await tx.execute(_TOLD, ids=list(site_ids))


def save_site(tx: Transaction, site: Site) -> None:
    """Store the site as said now, and its buildings as told."""
    revision = new_id()
    tx.save(SiteRow, site, revision=revision, told_revision=revision, said_at=tx.now)


async def save_changed_site(tx: Transaction, site: Site) -> None:
    """Store the site as said now, at once. Raises CodeTaken for the code of another site."""
    save_site(tx, site)
    try:
        await tx.flush()
    except IntegrityError as taken:
        raise CodeTaken("Another site has this code.", site_code=site.code) from taken


async def claim_numbers(tx: Transaction, sizes: Mapping[str, int]) -> Mapping[str, range]:
    """Return the next numbers of each site's code, so many of each, ours alone once the transaction
    has committed.
    """
    rows = await tx.rows(_CLAIM_BLOCKS, codes=list(sizes), sizes=list(sizes.values()))
    ends = {row["code"]: int(row["next_number"]) for row in rows}
    return {code: range(end - sizes[code], end) for code, end in ends.items()}
