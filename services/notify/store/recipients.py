"""Recipients and whom they listen to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from services.notify.domain.access import Acquaintance
from services.notify.domain.contacts import Contacts
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import Language
from services.notify.domain.preferences import Preferences
from services.notify.domain.recipient import Listening, Recipient
from services.notify.store.endpoints import ENDPOINT_COLUMNS, endpoint_of
from services.notify.store.tables import AudienceRow, RecipientRow
from shared.auth.caller import EVERY_SITE
from shared.contracts import PersonV1
from shared.db.reads import planned_once
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId

_ADDRESSEES = text(f"""
    select p.id as person, r.language, r.email, r.name, pr.version as preferred,
      pr.channels as switches, {", ".join(f"e.{column}" for column in ENDPOINT_COLUMNS)},
      array(select cast(s.body as text) from snapshots s
        where s.entity = 'tickets.person' and s.body is not null and s.id in (
          select site || '/' || p.id
          from unnest({planned_once(":sites", "text")}) as n(site))) as records
    from unnest({planned_once(":ids", "text")}) as p(id)
    left join recipients r on r.id = p.id
    left join preferences pr on pr.recipient_id = p.id
    left join endpoints e on e.owner = p.id and e.removed_at is null and e.disabled_at is null
    order by p.id, e.id""")
RECIPIENT_COLUMNS = """id, version, language, language_at, name, phone, email, (
      select disabled_at from endpoints where owner = recipients.id and channel = 'email'
        and removed_at is null) as email_undeliverable_since"""
_ONE_SQL = f"select {RECIPIENT_COLUMNS} from recipients where id = :id"
_ONE, _ONE_LOCKED = text(_ONE_SQL), text(f"{_ONE_SQL} for update")
_AUDIENCE = text(
    "select role, site, since from audience where recipient_id = :id order by role, site"
)
_LISTENERS = text(f"""
    select {RECIPIENT_COLUMNS} from recipients
    where id in (
        select recipient_id from audience
        where recipient_id > :after
          and (cast(:sites as text[]) is null or site = any(cast(:sites as text[]))
            or site = :every_site))
    order by id limit :limit""")
_AUDIENCES = text("""
    select recipient_id, role, site, since from audience
    where recipient_id = any(cast(:ids as text[])) order by recipient_id, role, site""")
_NOT_LISTENING = text("delete from audience where recipient_id = :id")
_CHOOSE = text("""
    insert into recipients as r (id, version, language, language_at)
    select c.id, 1, c.language, c.at
    from unnest(cast(:ids as text[]), cast(:languages as text[]), cast(:moments as timestamptz[]))
      as c(id, language, at)
    where not exists (select from recipients k where k.id = c.id and k.language_at >= c.at)
    order by c.id
    on conflict (id) do update set language = excluded.language,
      language_at = excluded.language_at,
      version = r.version + case when r.language = excluded.language then 0 else 1 end
    where r.language_at is null or r.language_at < excluded.language_at""")
# From one site to the next by the index: what one is told of a site may be a year of messages.
SITES_TOLD_OF = """
      with recursive told(site) as (
        (select site_id from messages where recipient_id = p.id and site_id is not null
          order by site_id limit 1)
        union all
        select (select site_id from messages where recipient_id = p.id and site_id > told.site
          order by site_id limit 1) from told where told.site is not null)
      select site from told where site is not null"""
"""Select the sites of which a person `p` was told."""
SITES_OF_PERSON = f"""
      select site from audience where recipient_id = p.id
      union all
      select json_array_elements_text(body -> 'sites') from snapshots
      where entity = 'dispatch.technician' and id = p.id and body -> 'removed_at' is null
      union all
      select site_id from snapshots
      where entity = 'tickets.person' and substr(id, strpos(id, '/') + 1) = p.id
        and site_id <> :every_site and body -> 'removed_at' is null
      union all
      ({SITES_TOLD_OF})"""
"""Select where a person `p` is known, each by an index; a site more than once."""
_ACQUAINTANCES = text(f"""
    select p.id as person,
      exists (select from ({SITES_OF_PERSON}) as known(site)
        where site = any(cast(:sites as text[]))) as shared,
      exists (select from ({SITES_OF_PERSON}) as known) as anywhere
    from unnest(cast(:ids as text[])) as p(id)""")
_REMOVE = text("delete from recipients where id = :id")
_NO_CONTACTS = {"name": None, "phone": None, "email": None}


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """The language of a recipient, None when they were never heard of; where mails go and what the
    person is called; what they want to hear; their endpoints that are open, their mailbox among
    them; and the records of them, by site.
    """

    language: Language | None
    email: str | None
    name: str | None
    preferences: Preferences
    endpoints: tuple[Endpoint, ...]
    records: Mapping[str, PersonV1]


@dataclass(frozen=True, kw_only=True)
class LanguageChoice:
    """A person chose a language at that time."""

    person: PersonId
    language: Language
    at: datetime


async def find_addressees(
    tx: Transaction, ids: Iterable[str], sites: Iterable[str] = ()
) -> Mapping[str, Addressee]:
    """Return the addressee of each id, with the records of them at these sites."""
    found: dict[str, Addressee] = {}
    rows = await tx.rows(_ADDRESSEES, ids=sorted(set(ids)), sites=sorted(set(sites)))
    for row in rows:
        before = found.get(row["person"])
        endpoints = () if row["id"] is None else (endpoint_of(row),)
        language = None if row["language"] is None else Language(row["language"])
        records = [PersonV1.model_validate_json(record) for record in row["records"]]
        found[row["person"]] = Addressee(
            language=language,
            email=row["email"],
            name=row["name"],
            preferences=Preferences(version=row["preferred"] or 0, channels=row["switches"] or {}),
            endpoints=(*(before.endpoints if before else ()), *endpoints),
            records={record.site_id: record for record in records},
        )
    return found


async def find_acquaintances(
    tx: Transaction, ids: Collection[PersonId], sites: Collection[str]
) -> Mapping[PersonId, Acquaintance]:
    """Return of each person whether they are known at one of the sites, and anywhere."""
    rows = await tx.rows(
        _ACQUAINTANCES, ids=sorted(ids), sites=sorted(sites), every_site=EVERY_SITE
    )
    return {
        PersonId(row["person"]): Acquaintance(shared=row["shared"], anywhere=row["anywhere"])
        for row in rows
    }


async def load_recipient(tx: Transaction, id: str, *, for_update: bool) -> Recipient | None:
    """Return what is known of the person, with what they listen to; None for one who is unknown."""
    row = await tx.row(_ONE_LOCKED if for_update else _ONE, id=id)
    if row is None:
        return None
    audience = tuple(Listening(**each) for each in await tx.rows(_AUDIENCE, id=id))
    return _recipient(row, audience)


async def list_listeners(
    tx: Transaction, sites: Collection[SiteId] | None, *, after: str, limit: int
) -> list[Recipient]:
    """Return recipients who listen at one of the sites (None: at any) or at every site, by id,
    with all that they listen to.
    """
    rows = await tx.rows(
        _LISTENERS,
        sites=None if sites is None else sorted(sites),
        every_site=EVERY_SITE,
        after=after,
        limit=limit,
    )
    return await with_audiences(tx, rows)


async def with_audiences(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[Recipient]:
    """Return the recipients of rows that have `RECIPIENT_COLUMNS`, with what they listen to."""
    audiences: dict[str, list[Listening]] = defaultdict(list)
    for row in await tx.rows(_AUDIENCES, ids=[row["id"] for row in rows]):
        audiences[row["recipient_id"]].append(
            Listening(role=row["role"], site=row["site"], since=row["since"])
        )
    return [_recipient(row, tuple(audiences[row["id"]])) for row in rows]


async def save_recipient(tx: Transaction, recipient: Recipient) -> None:
    contacts = recipient.contacts
    tx.save(
        RecipientRow,
        recipient,
        name=contacts.name,
        phone=contacts.phone,
        email=contacts.email,
    )
    await tx.execute(_NOT_LISTENING, id=recipient.id)
    for listening in recipient.audience:
        tx.save(AudienceRow, listening, recipient_id=recipient.id)


def meet_recipient(tx: Transaction, id: PersonId, language: Language) -> None:
    """Store a recipient who is heard of for the first time."""
    tx.insert_missing(
        RecipientRow,
        {"id": id, "version": 1, "language": language, "language_at": None, **_NO_CONTACTS},
    )


async def save_chosen_languages(tx: Transaction, choices: Collection[LanguageChoice]) -> None:
    """Store for each person the newest of these, unless they have chosen since."""
    newest = {each.person: each for each in sorted(choices, key=lambda each: each.at)}
    if newest:
        await tx.execute(
            _CHOOSE,
            ids=[*newest],
            languages=[each.language for each in newest.values()],
            moments=[each.at for each in newest.values()],
        )


def _recipient(row: Mapping[str, Any], audience: tuple[Listening, ...]) -> Recipient:
    return Recipient(
        id=PersonId(row["id"]),
        version=row["version"],
        language=Language(row["language"]),
        language_at=row["language_at"],
        audience=audience,
        contacts=Contacts(name=row["name"], phone=row["phone"], email=row["email"]),
        email_undeliverable_since=row["email_undeliverable_since"],
    )


async def remove_recipient(tx: Transaction, id: str) -> None:
    await tx.execute(_NOT_LISTENING, id=id)
    await tx.execute(_REMOVE, id=id)
