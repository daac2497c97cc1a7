"""Contacts of recipients: saved for many at once, and found by telephone number."""

from collections.abc import Collection, Mapping

from pydantic_core import to_json
from sqlalchemy import text

from services.notify.domain.contacts import Contact, ContactsGiven
from services.notify.domain.kinds import Language
from services.notify.domain.recipient import Recipient
from services.notify.store.recipients import (
    RECIPIENT_COLUMNS,
    SITES_OF_PERSON,
    with_audiences,
)
from shared.auth.caller import EVERY_SITE
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

# What is not named stays: read under the lock of these recipients, for what is in conflict knows
# the row that was to be inserted alone.
_PUT = text("""
    with given as (
      select * from json_to_recordset(cast(:rows as json)) as g(id text, name text, phone text,
        email text, has_name boolean, has_phone boolean, has_email boolean)
    ), wanted as (
      select g.id, case when has_name then g.name else r.name end as name,
        case when has_phone then g.phone else r.phone end as phone,
        case when has_email then g.email else r.email end as email
      from given g left join lateral (
        select name, phone, email from recipients where id = g.id limit 1) r on true)
    insert into recipients as r (id, version, language, name, phone, email)
    select id, 1, :language, name, phone, email from wanted order by id
    on conflict (id) do update set name = excluded.name, phone = excluded.phone,
      email = excluded.email, version = r.version + 1
    where (r.name, r.phone, r.email) is distinct from
      (excluded.name, excluded.phone, excluded.email)""")

_WITH_PHONE = text(f"""
    select {RECIPIENT_COLUMNS} from recipients where id in (
      select p.id from recipients p
      where phone = :phone and id > :after and (cast(:sites as text[]) is null or exists (
        select from ({SITES_OF_PERSON}) as known(site) where site = any(cast(:sites as text[]))))
      order by id limit :limit)
    order by id""")


async def save_contacts(tx: Transaction, given: Mapping[PersonId, ContactsGiven]) -> None:
    """Save what is named of each person's contacts, in one statement; those who were not known are
    spoken to in Chinese. For a transaction that holds these recipients.
    """
    rows = [
        {
            "id": person,
            "name": each.name,
            "phone": each.phone,
            "email": each.email,
            **{f"has_{contact}": contact in each.named for contact in Contact},
        }
        for person, each in given.items()
    ]
    await tx.execute(_PUT, rows=to_json(rows).decode(), language=Language.CHINESE)


async def list_with_phone(
    tx: Transaction, phone: str, *, sites: Collection[SiteId] | None, after: str, limit: int
) -> list[Recipient]:
    """Return the people with that telephone number (E.164) who are known at one of the sites (None:
    anywhere), by id.
    """
    rows = await tx.rows(
        _WITH_PHONE,
        phone=phone,
        sites=None if sites is None else sorted(sites),
        every_site=EVERY_SITE,
        after=after,
        limit=limit,
    )
    return await with_audiences(tx, rows)
