"""The newest state of what other services own, as their facts told it."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from shared.contracts import SNAPSHOTS, Snapshot, TicketV1
from shared.db.locks import lock_key
from shared.db.transaction import Transaction
from shared.messaging.received import Parsed

S = TypeVar("S", bound=Snapshot)


def entity_of(contract: type[Snapshot]) -> str:
    """Return the contract's entity as the table names it: `tickets.ticket`."""
    return f"{contract.OWNER}.{contract.ENTITY}"


TICKET = TicketV1.ENTITY
"""What facts about tickets are about (`Snapshot.about`)."""
ENDED = "ended"
"""Stands in place of an entity for a ticket of which something had been forgotten."""

ENTITIES_OF_TICKETS = [
    entity_of(contract)
    for contract in SNAPSHOTS
    if (contract.ABOUT or (contract.ENTITY, "id")) == (TICKET, "id")
]
"""Of the snapshots that have the id of the ticket that they are about."""

# A fact goes to the database as it came: its state is cut out there, with the fields that this
# release does not know. Texts with a NUL, into which no later look would get, are refused by the
# reading of the recordset.
_COLUMNS = "entity, id, version, site_id, fact -> split_part(entity, '.', 2), about"
_GIVEN = """
    json_to_recordset(cast(:rows as json))
    as given(entity text, id text, version bigint, site_id text, fact json,
      about text, ticket uuid)"""

# The lock comes before the first row is looked at, and holds until the transaction ends. Without it
# two handlers that each read the other's snapshot before it is committed would both miss the
# other's news.
_KEEP_NEWER = text(f"""
    with one_after_the_other as materialized (
        select count(pg_advisory_xact_lock(hashtextextended(key, 0))) as locked
        from (select key from unnest(cast(:about as text[])) as k(key) order by key) as in_order),
    kept as (
        insert into snapshots (entity, id, version, site_id, body, about)
        select {_COLUMNS} from one_after_the_other, {_GIVEN}
        where locked > 0
          and given.version > coalesce(shrunk_version(given.ticket, given.entity, locked), 0)
        order by entity, id
        on conflict (entity, id) do update set version = excluded.version,
          site_id = excluded.site_id, body = excluded.body
        where snapshots.version < excluded.version
        returning entity, id),
    heard_again as (  -- what was forgotten of an ended ticket may be held again now
        update ended_tickets set since = :now, step = 0 from one_after_the_other
          where locked > 0 and ticket_id = any(cast(:tickets as uuid[])) and (step > 0
            or exists (select from unnest(cast(:entities as text[])) as each(entity)
              where shrunk_version(ticket_id, each.entity, locked) is not null))
        returning ticket_id)
    select entity, id from kept union all select '{ENDED}', cast(ticket_id as text)
      from heard_again""")

_KEEP_IN_PASSING = f"""
    insert into snapshots (entity, id, version, site_id, body, about)
    select {_COLUMNS} from {_GIVEN.replace("cast(:rows as json)", "{rows}")} order by entity, id
    on conflict (entity, id) do update set version = excluded.version, site_id = excluded.site_id,
      body = excluded.body
    where snapshots.version < excluded.version"""

_FIND = text(
    "select id, body from snapshots where entity = :entity and id = any(cast(:ids as text[]))"
)


async def find_snapshots(
    tx: Transaction, contract: type[S], ids: Iterable[UUID | str]
) -> dict[str, S]:
    """Return what is held of these, by id as text; what was never heard of, or is forgotten but for
    its version, is not in it.
    """
    rows = await tx.rows(_FIND, entity=entity_of(contract), ids=[str(id) for id in ids])
    return {str(row["id"]): contract.model_validate(row["body"]) for row in rows}


async def find_snapshot(tx: Transaction, contract: type[S], id: UUID | str) -> S | None:
    return (await find_snapshots(tx, contract, [id])).get(str(id))


async def store_newer(
    tx: Transaction,
    newest: Sequence[Parsed],
    *,
    excerpts: Mapping[str, type[Snapshot]] = MappingProxyType({}),
) -> frozenset[tuple[str, str]]:
    """Store each snapshot unless a version as new is held; return the (entity, id) of those that
    were newer. Beside them (ENDED, id) of the tickets that they are about, where something of these
    had been forgotten.

    What they are about is locked until the transaction ends, as `Transaction.lock` does it. The
    body is kept as it came, with the fields that this release does not know; of entities with an
    excerpt, that alone.
    """
    if not newest:
        return frozenset()
    about = [fact.snapshot.about() for fact in newest]
    rows = b",".join(
        _row(fact, each, excerpts.get(fact.entity))
        for fact, each in zip(newest, about, strict=True)
    )
    things = set(about)
    kept = await tx.rows(
        _KEEP_NEWER,
        rows=(b"[" + rows + b"]").decode(),
        about=[lock_key(kind, id) for kind, id in things],
        tickets=[id for kind, id in things if kind == TICKET],
        entities=ENTITIES_OF_TICKETS,
        now=tx.now,
    )
    return frozenset((str(row["entity"]), str(row["id"])) for row in kept)


def store_in_passing(tx: Transaction, newest: Sequence[Parsed]) -> None:
    """Store snapshots that no handler acts on, as part of the commit's statement: no lock, and no
    list of those that were newer. Not for what is about a ticket, of which something may be shrunk.
    """
    if newest:
        tx.change(_KEEP_IN_PASSING, *(_row(fact, fact.snapshot.about()) for fact in newest))


def _row(fact: Parsed, about_what: tuple[str, str], excerpt: type[Snapshot] | None = None) -> bytes:
    snapshot, (entity, id), (kind, about) = fact.snapshot, fact.key, about_what
    row = {
        "entity": entity,
        "id": id,
        "version": snapshot.version,
        "site_id": snapshot.site_id,
        "about": None if about == id else about,
        "ticket": about if kind == TICKET else None,
    }
    body = fact.received.body
    if excerpt is not None:
        some = excerpt.model_validate(snapshot, from_attributes=True).fact_json()
        body = b'{"%s":%s}' % (snapshot.ENTITY.encode(), some)
    return b'%s,"fact":%s}' % (to_json(row)[:-1], body)
