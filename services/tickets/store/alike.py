"""Tickets that may be about the same as a new one, and second taps on one button."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from services.tickets.domain.duplicates import (
    LOOK_BACK,
    MAX_OFFERED,
    REPEATED_WITHIN,
    Earlier,
    repeated_words,
)
from services.tickets.domain.places import unit_key
from services.tickets.domain.ticket import Ticket
from shared.db.locks import lock_key
from shared.db.reads import Lookup, Requirement
from shared.db.transaction import Kind, Transaction
from shared.ids import CLOCKS_DIFFER, id_at

_EARLIER = TypeAdapter(Earlier)
_REPORT = "report"

_MAX_REPEATED = 20
"""So many of a person's newest reports are looked at for one that is repeated."""

_EARLIER_COLUMNS = (
    "id, site_id, reference, category, state, title, description, place, reporter_id, entered_by, "
    "opened_at"
)
_ALIKE = f"""
    select {_EARLIER_COLUMNS} from tickets
    where state in ('open', 'assigned', 'in_progress', 'on_hold') and site_id = :site_id
      and category = :category
    and opened_at >= :since and """
# The reporter's newest are read and then looked at: one who reports all day, as a machine does,
# costs no more than they.
_REPEATED = f"""
    select {_EARLIER_COLUMNS} from (select {_EARLIER_COLUMNS}, unit_key, spot from tickets
      where reporter_id = :reporter_id and id >= :earliest order by id desc limit {_MAX_REPEATED})
      as own
    where state in ('open', 'assigned', 'in_progress', 'on_hold') and site_id = :site_id
      and category = :category and entered_by = :entered_by
      and coalesce(unit_key, '') = :unit and coalesce(spot, '') = :spot"""
_WHERE = {
    "site_id": "text",
    "category": "text",
    "reporter_id": "text",
    "entered_by": "text",
    "unit": "text",
    "spot": "text",
    "earliest": "uuid",
}
_ALIKE_IN_PLACE = Lookup(
    f"""({_ALIKE} coalesce(unit_key, 'spot ' || spot) = :place order by id desc
      limit {MAX_OFFERED}) union ({_REPEATED})""",
    **_WHERE,
    since="timestamptz",
    place="text",
)
_ALIKE_OUTDOORS = Lookup(
    f"""({_ALIKE} unit_key is null and spot is null
    and lat between :lat - 0.0003 and :lat + 0.0003 and lon between :lon - 0.002 and :lon + 0.002
    order by id desc limit 50) union ({_REPEATED})""",
    **_WHERE,
    since="timestamptz",
    lat="float8",
    lon="float8",
)
_ALIKE_ELSEWHERE = Lookup(_REPEATED, **_WHERE)
# By a function: what it reads is what is committed when it has the lock, while a statement reads
# what was committed when it began.
_IS_FIRST = Requirement(
    f"""select where is_first_report(:words, :reporter_id, :earliest, {_MAX_REPEATED}, :site_id,
      :category, :entered_by, :unit, :spot, cast(:seen as uuid[]))""",
    apart="words",
    **_WHERE,
    words="text",
    seen="text",
)


async def find_alike(tx: Transaction, ticket: Ticket) -> Sequence[Earlier]:
    """Return living tickets of the same category that may be in the same place, and what the same
    person reported in the last minutes.

    Where the person reports the same at this very moment, in whichever instance, one sees the
    other: an optimistic transaction that did not fails with Outdated, a locking one waits.
    """
    place, unit = ticket.place, unit_key(ticket.place)
    words = lock_key(_REPORT, repeated_words(ticket))
    own = {
        "site_id": ticket.site_id,
        "category": ticket.category,
        "reporter_id": ticket.reporter_id,
        "entered_by": ticket.entered_by,
        "unit": unit or "",
        "spot": place.spot or "",
        "earliest": id_at(ticket.opened_at - REPEATED_WITHIN, -CLOCKS_DIFFER),
    }
    near = {**own, "since": ticket.opened_at - LOOK_BACK}
    if tx.kind is Kind.LOCKING:
        await tx.lock(_REPORT, [repeated_words(ticket)])
    if unit or place.spot:
        rows = await tx.lookup(_ALIKE_IN_PLACE, place=unit or f"spot {place.spot}", **near)
    elif place.lat is not None:
        rows = await tx.lookup(_ALIKE_OUTDOORS, lat=place.lat, lon=place.lon, **near)
    else:
        rows = await tx.lookup(_ALIKE_ELSEWHERE, **own)
    if tx.kind is not Kind.LOCKING:
        seen = ",".join(str(row["id"]) for row in rows)
        tx.require(_IS_FIRST, **own, words=words, seen=f"{{{seen}}}")
    return [_EARLIER.validate_python(dict(row)) for row in rows]
