"""Who belongs where, as tickets told it: records that bound what a token claims."""

import json
from collections.abc import Sequence

from sqlalchemy import text

from shared.auth.caller import EVERY_SITE, Caller, Role
from shared.contracts import PersonV1
from shared.db.reads import Lookup
from shared.db.transaction import Transaction
from shared.ids import SiteId
from shared.messaging.handlers import on

PERSON_TOPIC = "person:"

_RECORDS = Lookup(
    """select body from snapshots where entity = 'tickets.person' and body is not null
      and id in (select json_array_elements_text(cast(:ids as json)))""",
    ids="text",
)

_SITES_OF = text("""
    select site_id from snapshots
    where entity = 'tickets.person' and substr(id, strpos(id, '/') + 1) = cast(:person_id as text)
      and body -> 'removed_at' is null
      and cast(body -> 'roles' as jsonb) ? cast(:role as text)""")


@on(PersonV1)
async def people_changed(tx: Transaction, people: Sequence[PersonV1]) -> None:
    """Store the records, for callers to be bounded by."""
    tell_of_people(tx, people)


def tell_of_people(tx: Transaction, people: Sequence[PersonV1]) -> None:
    """Have it known at once, in every instance, that people belong elsewhere now."""
    for person in people:
        tx.tell(topic_of_person(person.person_id))


async def find_sites_of(tx: Transaction, person_id: str, role: Role) -> frozenset[SiteId]:
    """Return the sites whose record of the person grants that role by its name.

    Looked up by the index `snapshots_of_people`, which a service that asks this declares.
    """
    rows = await tx.rows(_SITES_OF, person_id=person_id, role=role.value)
    return frozenset(SiteId(row["site_id"]) for row in rows)


async def find_records(tx: Transaction, caller: Caller) -> Sequence[PersonV1]:
    """Return the records of the caller at the sites that their token names, and what is known of
    the units that their tokens claim no more.
    """
    sites = {grant.site for grant in caller.roles} - {EVERY_SITE}
    if not sites:
        return ()
    ids = json.dumps([record_id(site, caller.id) for site in sorted({*sites, EVERY_SITE})])
    return [PersonV1.model_validate(row["body"]) for row in await tx.lookup(_RECORDS, ids=ids)]


def record_id(site_id: str, person_id: str) -> str:
    """Return the id of a person's record at a site; a site's id has no slash."""
    return f"{site_id}/{person_id}"


def topic_of_person(person_id: str) -> str:
    """Return what is told when there is news of where a person belongs."""
    return PERSON_TOPIC + person_id
