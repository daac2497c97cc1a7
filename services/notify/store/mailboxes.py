"""Mailboxes: the endpoints that people's e-mail addresses are. The address itself stands in the
recipient's row alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from services.notify.store.recipients import SITES_OF_PERSON
from shared.auth.caller import EVERY_SITE
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId, new_id

# Before the recipients' rows change: what their address was is read there. A new address begins
# anew, and what waits goes there. The sites of one that is given again are those of both givers,
# and it stays its owner's.
# Looked up row by row, for the planner thinks of a hundred of them, and would read all.
_SAVE = text("""
    with given as (
      select * from json_to_recordset(cast(:rows as json)) as g(person text, email text, id uuid,
        by_owner boolean)
    ), wanted as (
      select g.person, g.email, g.id as new_id, g.by_owner,
        r.email is not distinct from g.email as same,
        r.email is distinct from g.email or cast(:again as boolean) as fresh, m.id as mailbox
      from given g
        left join lateral (select email from recipients where id = g.person limit 1) r on true
        left join lateral (
          select id from endpoints
          where owner = g.person and channel = 'email' and removed_at is null limit 1) m on true
    ), reset as (
      update endpoints e set version = e.version + 1,
        failures = case when w.fresh then 0 else e.failures end,
        failing_since = case when not w.fresh then e.failing_since end,
        blocked_until = case when not w.fresh then e.blocked_until end,
        disabled_at = case when not w.fresh then e.disabled_at end,
        disabled_reason = case when not w.fresh then e.disabled_reason end,
        removed_at = case when w.email is null then cast(:now as timestamptz) end,
        sites = case when not w.same then cast(:sites as text[])
          when e.sites is null or cast(:sites as text[]) is null then null
          else array(select distinct s from unnest(e.sites || cast(:sites as text[])) as s
            order by s) end,
        given_by_owner = w.by_owner or w.same and e.given_by_owner
      from wanted w
      where e.id = any(array(select mailbox from wanted)) and e.id = w.mailbox
        and (not w.same or w.fresh and e.disabled_at is not null
          or w.by_owner and not e.given_by_owner
          or not coalesce(e.sites @> cast(:sites as text[]), e.sites is null))
      returning e.id, e.removed_at
    ), over as (
      update deliveries d set state = 'failed', reason = 'address_removed', claim = null,
        done_at = cast(:now as timestamptz)
      where d.id = any(array(
        select id from deliveries where state = 'pending'
          and endpoint_id = any(array(select id from reset where removed_at is not null))
        order by id for update))
    )
    insert into endpoints (id, owner, url, sites, secrets, version, created_at, failures, channel,
      given_by_owner)
    select new_id, person, 'mailto:', cast(:sites as text[]), '[]', 1,
      cast(:now as timestamptz), 0, 'email', by_owner
    from wanted where email is not null and mailbox is null order by person""")

_ADDRESSES = text("select id, email from recipients where id = any(cast(:ids as text[]))")

# A link to log in by goes only where all that is said to the person may go: to an address that they
# gave themself, or that was given by those who look after all of their sites; from these, those of
# every site among them, only where the portal knows the same, if it says what it knows: who writes
# contacts down does not log in.
_FOR_LOGIN = text(f"""
    select e.id, r.language, r.email, r.name, (
      select count(*) from login_links l
      where l.recipient_id = p.id and l.until > cast(:now as timestamptz)) as links
    from (select cast(:person as text) as id) as p
    join recipients r on r.id = p.id and r.email is not null
    join endpoints e on e.owner = p.id and e.channel = 'email' and e.removed_at is null
      and e.disabled_at is null
    where (e.sites is null
        or exists (select from ({SITES_OF_PERSON}) as known(site))
          and not exists (
            select from ({SITES_OF_PERSON}) as known(site) where site <> all(e.sites)))
      and (cast(:opened as text[]) is null or e.sites is null
        or e.sites @> cast(:opened as text[]))
      and (cast(:email as text) is null or e.given_by_owner
        or lower(r.email) = lower(cast(:email as text)))
      and (cast(:sites as text[]) is null or exists (
        select from ({SITES_OF_PERSON}) as known(site)
        where site = any(cast(:sites as text[]))))""")


@dataclass(frozen=True, kw_only=True)
class LoginMailbox:
    """Where a link to log in by may be sent; `links` are under way to the person."""

    id: UUID
    language: str
    email: str
    name: str | None
    links: int


async def save_mailboxes(
    tx: Transaction,
    emails: Mapping[PersonId, str | None],
    *,
    sites: Collection[SiteId] | None,
    by: PersonId,
    again: bool,
) -> None:
    """Save the mailbox of each person whose address is said, in one statement and before the
    address itself: of an address that changes, of one to which more `sites` may send (None: all),
    of one that its owner now gives themself (`by`), and with `again` of one that was
    undeliverable, which is tried anew. One that is None is removed. For a transaction that holds
    these recipients.
    """
    rows = [
        {"person": each, "email": email, "id": new_id(), "by_owner": each == by}
        for each, email in emails.items()
    ]
    await tx.execute(
        _SAVE,
        rows=to_json(rows).decode(),
        sites=None if sites is None else sorted(sites),
        again=again,
        now=tx.now,
    )


async def find_addresses(tx: Transaction, people: Collection[str]) -> Mapping[str, str | None]:
    """Return the e-mail address of each of these people who is known."""
    rows = await tx.rows(_ADDRESSES, ids=sorted(people))
    return {row["id"]: row["email"] for row in rows}


async def find_login_mailbox(
    tx: Transaction,
    person: PersonId,
    *,
    sites: Collection[str] | None,
    opened: Collection[str] | None,
    email: str | None,
) -> LoginMailbox | None:
    """Return where a link to log in by may be sent to a person of these sites (None: of any); None
    where there is no such address. One that staff gave is good for a person who is known, at their
    sites alone, for links that open these sites (`opened`) alone; one that they did not give
    themself, where it is `email` (None: any).
    """
    row = await tx.row(
        _FOR_LOGIN,
        person=person,
        sites=None if sites is None else sorted(sites),
        opened=None if opened is None else sorted(opened),
        email=email,
        every_site=EVERY_SITE,
        now=tx.now,
    )
    return None if row is None else LoginMailbox(**row)
