"""As what people are known, from all that notify has of them."""

from sqlalchemy import text

from services.notify.domain.acquaintance import KnownAs, known_by_record
from services.notify.store.recipients import SITES_TOLD_OF
from shared.auth.caller import EVERY_SITE
from shared.contracts import PersonV1
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

_KNOWN = text(f"""
    select site, role from audience where recipient_id = :id
    union
    select json_array_elements_text(body -> 'sites'), 'technician' from snapshots
    where entity = 'dispatch.technician' and id = :id and body -> 'removed_at' is null
    union
    select told.site, null from (select cast(:id as text) as id) as p
    cross join lateral ({SITES_TOLD_OF}) as told""")
_RECORDS = text("""
    select cast(body as text) as body from snapshots
    where entity = 'tickets.person' and substr(id, strpos(id, '/') + 1) = :id
      and site_id <> :every_site and body -> 'removed_at' is null""")
_OWN_EMAIL = text("""
    select r.email from recipients r join endpoints e on e.owner = r.id
    where r.id = :id and e.channel = 'email' and e.removed_at is null and e.given_by_owner""")


async def find_known(tx: Transaction, id: PersonId) -> set[KnownAs]:
    """Return as what the person is known, and where."""
    found = {KnownAs(SiteId(row["site"]), row["role"]) for row in await tx.rows(_KNOWN, id=id)}
    for row in await tx.rows(_RECORDS, id=id, every_site=EVERY_SITE):
        found |= {*known_by_record(PersonV1.model_validate_json(row["body"]))}
    return found


async def find_own_email(tx: Transaction, id: PersonId) -> str | None:
    """Return the address that the person gave themself; None where they gave none, or others
    another one since.
    """
    row = await tx.row(_OWN_EMAIL, id=id)
    return None if row is None else row["email"]
