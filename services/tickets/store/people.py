"""Who belongs to a site, and which units people's tokens claim, as they are stored."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.tickets.domain.person import Person, Shown
from services.tickets.store.tables import PersonRow, ShownRow
from shared.db.failures import Outdated
from shared.db.reads import Lookup
from shared.db.transaction import Transaction

_TO_BE_TOLD = datetime(2000, 1, 1, tzinfo=UTC)
"""When records were said that are to be said at once."""
_PERSON = TypeAdapter(Person)
_SHOWN = TypeAdapter(Shown)

_KNOWN = Lookup(
    """select to_jsonb(p) as person, null as shown from people p where p.person_id = :person_id
    union all
    select null, to_jsonb(s) from shown_claims s where s.person_id = :person_id""",
    person_id="text",
)
_SHOWN_BY = text("select * from shown_claims where person_id = :person_id")
_LOAD = text("select * from people where id = :id")
_LOCK = text("select * from people where id = :id for update")
_FIND_SQL = "select * from people where id = any(cast(:ids as text[])) order by id"
_FIND, _LOCK_ALL = text(_FIND_SQL), text(f"{_FIND_SQL} for update")
_CLAIMED = text("""
    select person_id, claimed from shown_claims
    where person_id = any(cast(:person_ids as text[]))""")
_TO_RESTATE = text("""
    select id from people where said_at <= :before and id <> all(cast(:excluding as text[]))
      order by said_at limit :limit for update skip locked""")
_EARLIEST_SAID = text(
    "select min(said_at) as said_at from people where id <> all(cast(:excluding as text[]))"
)
_TO_MOVE_OUT = text("""
    select id from people where moves_at <= :now and id <> all(cast(:excluding as text[]))
      order by moves_at limit :limit for update skip locked""")
_EARLIEST_MOVE = text(
    "select min(moves_at) as moves_at from people where moves_at is not null "
    "and id <> all(cast(:excluding as text[]))"
)
_SAY_AGAIN = text("update people set said_at = :long_ago where said_at > :long_ago")
_FOR_THE_UNIT = """t.unit_key = any(cast(:units as text[]))
      and t.followers ? cast(:person_id as text) and t.reporter_id <> :person_id
      and not exists (select from jsonb_array_elements(t.joined) as j
        where j -> 'people' ? cast(:person_id as text))"""
"""Who came along with a duplicate follows for its sake, and not for the unit's."""
_FOLLOWED = text(f"""
    select t.id from tickets t where t.site_id = :site_id and {_FOR_THE_UNIT}
      order by t.id limit :limit""")
_TO_LAPSE = text("""
    select person_id from shown_claims where claimed_at <= :before
      and person_id <> all(cast(:excluding as text[]))
      order by claimed_at limit :limit for update skip locked""")
_EARLIEST_CLAIM = text(
    "select min(claimed_at) as claimed_at from shown_claims where claimed_at is not null "
    "and person_id <> all(cast(:excluding as text[]))"
)
_FOLLOWED_ANYWHERE = text(f"""
    select found.id from sites s cross join lateral (
      select t.id from tickets t where t.site_id = s.id and {_FOR_THE_UNIT}) as found
    where not exists (select from people p where p.site_id = s.id and p.person_id = :person_id
      and p.removed_at is null and p.units is not null)
    order by found.id limit :limit""")


async def find_known(tx: Transaction, person_id: str) -> tuple[Sequence[Person], Shown | None]:
    """Return the records of a person at all sites, and what their tokens claim, in one look."""
    rows = await tx.lookup(_KNOWN, person_id=person_id)
    people = [_person_of(row["person"]) for row in rows if row["person"] is not None]
    shown = [_SHOWN.validate_python(row["shown"]) for row in rows if row["shown"] is not None]
    return people, shown[0] if shown else None


async def load_person(tx: Transaction, id: str, *, for_update: bool) -> Person | None:
    row = await tx.row(_LOCK if for_update else _LOAD, id=id)
    return None if row is None else _person_of(row)


async def find_people(
    tx: Transaction, ids: Collection[str], *, for_update: bool
) -> Mapping[str, Person]:
    """Return the records by id; locked if something of them is to be changed."""
    rows = await tx.rows(_LOCK_ALL if for_update else _FIND, ids=sorted(ids))
    return {row["id"]: _person_of(row) for row in rows}


async def find_claimed(tx: Transaction, person_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Return by person the units that their tokens claimed, of those who claimed any."""
    rows = await tx.rows(_CLAIMED, person_ids=sorted(person_ids))
    return {row["person_id"]: sorted(row["claimed"]) for row in rows}


async def lock_people(tx: Transaction, ids: Collection[str]) -> Sequence[Person]:
    return [_person_of(row) for row in await tx.rows(_LOCK_ALL, ids=list(ids))]


def save_person(tx: Transaction, person: Person) -> None:
    """Store the record as said now."""
    tx.save(PersonRow, person, **_written(person), said_at=tx.now, told_version=person.version)


def insert_person(tx: Transaction, person: Person) -> None:
    """Store a record that is new, as said now; `flush_new` may come."""
    tx.insert(PersonRow, person, **_written(person), said_at=tx.now, told_version=person.version)


def save_to_be_told(
    tx: Transaction, person: Person, *, told_version: int, is_new: bool = False
) -> None:
    """Store the record for its fact to follow soon; `told_version` is what the last one told of.
    Of one that is new, `flush_new` is to come.
    """
    write = tx.insert if is_new else tx.save
    write(PersonRow, person, **_written(person), said_at=_TO_BE_TOLD, told_version=told_version)


def save_moved(tx: Transaction, person: Person) -> None:
    """Store what follows of units that they left, which no fact tells."""
    if person.is_untold:
        save_to_be_told(tx, person, told_version=person.told_version or 0)
    else:
        save_person(tx, person)


async def flush_new(tx: Transaction) -> None:
    """Send the records that were stored. Raises Outdated where one that is new was made by another
    transaction meanwhile.
    """
    try:
        await tx.flush()
    except IntegrityError as taken:
        raise Outdated("a record was made meanwhile") from taken


def _written(person: Person) -> dict[str, Any]:
    return {"units": to_jsonable_python(person.units)}


async def lock_people_last_said(
    tx: Transaction, *, before: datetime, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock records that were last said before then and return their ids; skip those that another
    instance has taken.
    """
    rows = await tx.rows(_TO_RESTATE, before=before, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def find_earliest_said(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    row = await tx.row(_EARLIEST_SAID, excluding=list(excluding))
    return row["said_at"] if row else None


async def have_all_said_again(tx: Transaction) -> int:
    """Have every record said again soon; return how many are not about to be anyway."""
    return await tx.execute(_SAY_AGAIN, long_ago=_TO_BE_TOLD)


async def lock_moving_out(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
    """Lock records of people who move out by now and return their ids; skip those that another
    instance has taken.
    """
    rows = await tx.rows(_TO_MOVE_OUT, now=tx.now, excluding=list(excluding), limit=limit)
    return [row["id"] for row in rows]


async def find_next_move(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    row = await tx.row(_EARLIEST_MOVE, excluding=list(excluding))
    return row["moves_at"] if row else None


async def find_followed(tx: Transaction, person: Person, *, limit: int) -> Sequence[Any]:
    """Return the ids of tickets of units they left that the person follows for these: not their
    own, nor those which they came to with a duplicate.
    """
    rows = await tx.rows(
        _FOLLOWED,
        site_id=person.site_id,
        person_id=person.person_id,
        units=list(person.units_left),
        limit=limit,
    )
    return [row["id"] for row in rows]


async def load_shown(tx: Transaction, person_id: str) -> Shown | None:
    row = await tx.row(_SHOWN_BY, person_id=person_id)
    return None if row is None else _SHOWN.validate_python(dict(row))


def save_shown(tx: Transaction, shown: Shown) -> None:
    dated = {"units": shown.units, "claimed": shown.claimed}
    tx.save(ShownRow, shown, **to_jsonable_python(dated), claimed_at=shown.claimed_at)


async def lock_lapsing(
    tx: Transaction, *, before: datetime, excluding: Collection[str], limit: int
) -> Sequence[str]:
    """Lock people a unit of whom no token claimed since then and return their ids; skip those that
    another instance has taken.
    """
    rows = await tx.rows(_TO_LAPSE, before=before, excluding=list(excluding), limit=limit)
    return [row["person_id"] for row in rows]


async def find_earliest_claim(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    row = await tx.row(_EARLIEST_CLAIM, excluding=list(excluding))
    return row["claimed_at"] if row else None


async def find_followed_anywhere(
    tx: Transaction, person_id: str, units: Collection[str], *, limit: int
) -> Sequence[Any]:
    """Return the ids of tickets of these units that the person follows for these, at sites that
    have no record of where they live.
    """
    rows = await tx.rows(_FOLLOWED_ANYWHERE, person_id=person_id, units=list(units), limit=limit)
    return [row["id"] for row in rows]


def _person_of(row: Mapping[str, Any]) -> Person:
    return _PERSON.validate_python(dict(row))
