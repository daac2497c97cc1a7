"""Records of who belongs to a site: written, told, and what ends with them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from services.tickets import events
from services.tickets.actions.recording import record_followers
from services.tickets.actions.seeing import demand_every_site, see_site_to_keep_people
from services.tickets.domain.access import demand_right_over_roles
from services.tickets.domain.conversation import unsubscribe
from services.tickets.domain.merging import along
from services.tickets.domain.person import Person, Residence, Shown
from services.tickets.domain.ticket import SYSTEM
from services.tickets.store import people as store
from services.tickets.store.queries import lock_line
from shared.auth.caller import EVERY_SITE, Caller, Role
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import PersonId, TicketId
from shared.messaging.people import record_id, topic_of_person

# as with sites: facts live for thirty days
_REPUBLISH_EVERY = timedelta(days=10)
REPUBLISHING_PEOPLE = "restating_people"
MOVING_OUT = "moving_out"
LAPSING = "lapsing_claims"


async def put_person(
    tx: Transaction,
    site_id: str,
    person_id: PersonId,
    *,
    roles: Sequence[Role] | None,
    units: Sequence[Residence] | None,
    by: Caller,
) -> tuple[Person, bool]:
    """Store the record and tell of it; skip what is the same as before. Return it, and whether it
    is new.

    Raises Forbidden, NotFound, UnknownUnit, Invalid.
    """
    tx.demand_locks()
    site = await see_site_to_keep_people(tx, site_id, by=by)
    id = record_id(site_id, person_id)
    await tx.lock("person", [id])
    before = await store.load_person(tx, id, for_update=True) or Person(
        id=id, site_id=site_id, person_id=person_id
    )
    shown = await store.load_shown(tx, person_id)
    after = before.recorded(
        roles=roles,
        units=units,
        claimed=shown.claimed if shown else (),
        site=site,
        at=tx.now,
    )
    demand_right_over_roles(by, site_id, before.roles, after.roles)
    if after is not before:
        _tell(tx, after)
        if before.version == 0:
            await store.flush_new(tx)  # a list may have brought them meanwhile
    return after, before.version == 0 or before.removed_at is not None


async def remove_person(tx: Transaction, site_id: str, person_id: PersonId, *, by: Caller) -> None:
    """End the record: the person's token says where they belong. Raises Forbidden, NotFound."""
    tx.demand_locks()
    await see_site_to_keep_people(tx, site_id, by=by)
    person = await store.load_person(tx, record_id(site_id, person_id), for_update=True)
    if person is None or person.removed_at is not None:
        raise NotFound("There is no record of this person at the site.")
    demand_right_over_roles(by, site_id, person.roles, None)
    _tell(tx, person.removed(at=tx.now))


async def tell_units_claimed(tx: Transaction, shown: Shown, lapsed: Sequence[str] = ()) -> None:
    """Tell the services that see other tokens which units the newest token does not claim any more,
    and which `lapsed` because none did for long.

    For a transaction that holds what the person's tokens claim.
    """
    id = record_id(EVERY_SITE, shown.person_id)
    await tx.lock("person", [id])
    before = await store.load_person(tx, id, for_update=True) or Person(
        id=id, site_id=EVERY_SITE, person_id=shown.person_id
    )
    after = before.claiming(shown.units.keys(), claimed={*shown.claimed, *lapsed})
    if after is not before:
        _tell(tx, after)


async def republish_people(tx: Transaction, *, by: Caller) -> int:
    """Have every record said again soon, and return how many.

    Raises Forbidden for those who are not admin of every site.
    """
    demand_every_site(by)
    tx.schedule(REPUBLISHING_PEOPLE, tx.now)
    return await store.have_all_said_again(tx)


async def lock_old_people(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
    """Lock what was last said so long ago that its fact may soon be gone, and return the ids."""
    return await store.lock_people_last_said(
        tx, before=tx.now - _REPUBLISH_EVERY, excluding=excluding, limit=limit
    )


async def republish_old_people(tx: Transaction, ids: Sequence[str]) -> None:
    """Say the records again; those of a list, which no fact has told of, for the first time."""
    for person in await store.lock_people(tx, ids):
        store.save_person(tx, person)
        tx.publish(events.of_person("changed" if person.is_untold else "restated", person))
        if person.is_untold:
            tx.tell(topic_of_person(person.person_id))


async def find_next_republishing_of_people(
    tx: Transaction, excluding: Collection[str]
) -> datetime | None:
    said_at = await store.find_earliest_said(tx, excluding)
    return said_at + _REPUBLISH_EVERY if said_at else None


async def move_out(tx: Transaction, ids: Sequence[str]) -> None:
    """Have each person follow no more a ticket that others reported for a unit that they left; the
    record stays due until there is none.
    """
    for each in await store.lock_people(tx, ids):
        person = each.moving_out(at=tx.now)
        followed = await store.find_followed(tx, person, limit=2)
        await _have_first_followed_no_more(tx, person.person_id, followed)
        store.save_moved(tx, person if len(followed) < 2 else each)
        tx.tell(topic_of_person(person.person_id))
        _schedule(tx, person)


async def let_claims_lapse(tx: Transaction, person_ids: Sequence[str], *, after: timedelta) -> None:
    """Have each person follow no more a ticket that others reported for a unit that no token of
    theirs claimed for so long; their claims stay due until there is none.
    """
    for person_id in person_ids:
        shown = await store.load_shown(tx, person_id)
        if shown is None:
            continue
        left, lapsed = shown.without_lapsed(before=tx.now - after)
        followed = await store.find_followed_anywhere(tx, person_id, lapsed, limit=2)
        await _have_first_followed_no_more(tx, person_id, followed)
        if len(followed) < 2:
            store.save_shown(tx, left)
            await tell_units_claimed(tx, left, lapsed)
            tx.tell(topic_of_person(person_id))


async def _have_first_followed_no_more(
    tx: Transaction, person_id: str, ticket_ids: Sequence[TicketId]
) -> None:
    """Have the person follow the first of the tickets no more, nor those that it was merged into.

    One line of tickets in a transaction: a second could wait for what holds the first.
    """
    line, _ = await lock_line(tx, ticket_ids[0]) if ticket_ids else ((), {})
    if line:
        left = along([unsubscribe(line[0], person_id), *line[1:]], lambda ticket: ticket)
        record_followers(tx, line, left, by=SYSTEM)


def _tell(tx: Transaction, person: Person) -> None:
    if person.version == 1:
        store.insert_person(tx, person)
    else:
        store.save_person(tx, person)
    tx.publish(events.of_person("changed", person))
    tx.tell(topic_of_person(person.person_id))
    tx.schedule(REPUBLISHING_PEOPLE, tx.now + _REPUBLISH_EVERY)
    _schedule(tx, person)


def _schedule(tx: Transaction, person: Person) -> None:
    if person.moves_at is not None:
        tx.schedule(MOVING_OUT, person.moves_at)
