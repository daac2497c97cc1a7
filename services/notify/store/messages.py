"""Messages: what was said to whom, and what of it lies unread."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.notify.domain.access import InboxScope
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import DESK_KINDS, WORK_AND_DESK_KINDS, WORK_KINDS, Kind
from services.notify.domain.message import DeliveryStatus, Message
from services.notify.domain.occasion import Occasion
from services.notify.domain.preferences import SWITCHED_OFF
from services.notify.domain.repeats import topic_of
from services.notify.domain.superseding import DATED_WHEN_SAID, ENDED_BY, OWN, SUPERSEDED_BY
from services.notify.store.tables import MessageRow
from shared.contracts.tickets import Deed
from shared.db.transaction import Transaction
from shared.ids import SiteId

_MESSAGES = TypeAdapter(list[Message])
_STATUSES = TypeAdapter(list[DeliveryStatus])


def _listed(kinds: Iterable[Kind]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


_PAIRS = ", ".join(
    f"'{older} {newer}'" for older, newers in sorted(SUPERSEDED_BY.items()) for newer in newers
)
_STEPS = ", ".join(
    f"'{kind} {state}'" for kind, states in sorted(ENDED_BY.items()) for state in sorted(states)
)
_DATED = f"messages.kind in ({_listed(DATED_WHEN_SAID)})"
_ITS_TICKET = "t.entity = 'tickets.ticket' and t.id = cast(messages.ticket_id as text)"
# An offer ends with itself; `least` passes over what is null. What is newer is found by the
# ticket alone, which has a few messages: PostgreSQL expects of everyone as few as most people have,
# and would read the index of all that a technician was ever told beside the ticket's, if `|| ''`
# did not keep it from that.
_SUPERSEDED_AT = f"""
    case when kind <> 'job.changed' or cast(data -> 'changed' as jsonb) ? 'comments' is not true
      then least(
        case when until <= now() then until end,
        case when kind in ({_listed(SUPERSEDED_BY)}) then (
          select min(greatest(newer.at, messages.at)) from messages newer
          where newer.ticket_id = messages.ticket_id
            and newer.recipient_id || '' = messages.recipient_id
            and (newer.stale is null or newer.stale in ('{OWN}', '{SWITCHED_OFF}'))
            and (newer.at > messages.at or {_DATED} and newer.id > messages.id)
            and messages.kind || ' ' || newer.kind in ({_PAIRS})
            and coalesce(cast(newer.data -> 'changed' as jsonb)
              @> cast(messages.data -> 'changed' as jsonb), true)
            and coalesce(newer.data ->> 'clock' = messages.data ->> 'clock', true)) end,
        case when kind in ({_listed(ENDED_BY)}) then (
          select min(step.at) from snapshots t
            cross join json_to_recordset(t.body -> 'steps') as step(at timestamptz, state text)
          where {_ITS_TICKET} and step.at > messages.at
            and messages.kind || ' ' || step.state in ({_STEPS})) end,
        case when {_DATED} and exists (select from snapshots t
          where {_ITS_TICKET} and messages.kind || ' ' || (t.body ->> 'state') in ({_STEPS}))
          then at end,
        case when kind = '{Kind.TICKET_CANCEL_REQUESTED}' then (
          select min(done.at) from snapshots t
            cross join json_to_recordset(t.body -> 'activities') as done(at timestamptz, deed text)
          where {_ITS_TICKET} and done.at > messages.at
            and done.deed = '{Deed.CANCEL_REFUSED}') end,
        case when kind = '{Kind.TICKET_ASKED}' and exists (select from snapshots t
          where {_ITS_TICKET} and t.body ->> 'needs_info' is distinct from 'true') then at end
    ) end as superseded_at"""
_COLUMNS = (
    "id, recipient_id, kind, cause, ticket_id, site_id, at, created_at, until, stale, language, "
    f"title, text, data, read_at, {_SUPERSEDED_AT}"
)

_UNIT = """concat_ws('-', t.body -> 'place' ->> 'building', t.body -> 'place' ->> 'entrance',
                t.body -> 'place' ->> 'unit')"""
# What its recipient may still read: decided by their roles now, not by those at the time. Of a
# ticket that is forgotten, a person who left a flat reads what they were told as its reporter: they
# alone are told that it was received.
_THEIRS = f"""recipient_id = :recipient and stale is null and (site_id is null or case
      when kind in ({_listed(DESK_KINDS)})
        then cast(:desk_sites as text[]) is null or site_id = any(cast(:desk_sites as text[]))
      when kind in ({_listed(WORK_AND_DESK_KINDS)})
        then cast(:desk_sites as text[]) is null or site_id = any(cast(:desk_sites as text[]))
          or cast(:work_sites as text[]) is null or site_id = any(cast(:work_sites as text[]))
      when kind in ({_listed(WORK_KINDS)})
        then cast(:work_sites as text[]) is null or site_id = any(cast(:work_sites as text[]))
      else cast(:sites as text[]) is null or site_id = any(cast(:sites as text[])) end)
      and (cardinality(cast(:left as text[])) = 0 or kind in ({_listed(DESK_KINDS | WORK_KINDS)})
        or ticket_id is null
        or exists (select from snapshots t
          where t.entity = 'tickets.ticket' and t.id = cast(ticket_id as text)
            and (t.body ->> 'reporter_id' = :recipient or not exists (
              select from unnest(cast(:left as text[])) as each(flat)
              where flat in (t.site_id || '/' || {_UNIT}, '*/' || {_UNIT})
                and (flat not like '*/%' or t.site_id <> all(cast(:decided as text[]))))))
        or exists (select from messages own
          where own.ticket_id = messages.ticket_id and own.recipient_id || '' = :recipient
            and own.kind = '{Kind.TICKET_RECEIVED}'
            and (own.stale is null or own.stale = '{SWITCHED_OFF}')))"""

_INBOX_SQL = f"""
    select {_COLUMNS} from messages where {_THEIRS} {{and_unread}}
        and (cast(:before as uuid) is null or id < :before)
    order by id desc limit :limit"""
_INBOX = text(_INBOX_SQL.format(and_unread=""))
_UNREAD_INBOX = text(_INBOX_SQL.format(and_unread="and read_at is null"))

_SINCE = text(
    f"select {_COLUMNS} from messages where {_THEIRS} and id > :after order by id limit 200"
)

_UNREAD = text(f"""
    select count(*) as unread from (
      select from messages where {_THEIRS} and read_at is null limit :limit) as them""")

_READ = text(f"update messages set read_at = coalesce(read_at, :now) where id = :id and {_THEIRS}")

_READ_ALL = text(f"""
    update messages set read_at = :now where read_at is null and id in (
      select id from messages where {_THEIRS} and read_at is null and id <= :newest
      order by id desc limit :limit)""")

_ABOUT = text(f"""
    select {_COLUMNS} from messages where ticket_id = :ticket
      and (cast(:sites as text[]) is null or site_id = any(cast(:sites as text[])))
        and (cast(:before as uuid) is null or id < :before)
    order by id desc limit :limit""")

_OF_MESSAGES = text("""
    select d.message_id, d.id, d.endpoint_id, d.channel, d.state, d.attempts, d.next_attempt_at,
      d.reason, d.done_at
    from deliveries d where d.message_id = any(cast(:ids as uuid[])) order by d.id""")


def put_message(
    tx: Transaction, said: Said, occasion: Occasion, *, stale: str | None, read: bool = False
) -> None:
    """Store the message unless the same was said before."""
    words = {"title": said.title, "text": said.text, "language": said.language}
    tx.insert_missing(
        MessageRow,
        occasion,
        **words,
        id=said.id,
        created_at=tx.now,
        stale=stale,
        topic=topic_of(occasion),
        read_at=tx.now if read else None,
    )


async def list_inbox(
    tx: Transaction, scope: InboxScope, *, before: UUID | None, limit: int, unread: bool
) -> list[Message]:
    """Return what is in the person's inbox, newest first."""
    return _MESSAGES.validate_python(
        await tx.rows(
            _UNREAD_INBOX if unread else _INBOX, **_given(scope), before=before, limit=limit
        )
    )


async def list_inbox_after(tx: Transaction, scope: InboxScope, after: UUID) -> list[Message]:
    """Return what came in since that message, oldest first."""
    return _MESSAGES.validate_python(await tx.rows(_SINCE, **_given(scope), after=after))


async def count_unread(tx: Transaction, scope: InboxScope, *, limit: int) -> int:
    """Return how many lie unread in the person's inbox; `limit` where there are more."""
    row = await tx.row(_UNREAD, **_given(scope), limit=limit)
    return 0 if row is None else int(row["unread"])


async def mark_read(tx: Transaction, id: UUID, scope: InboxScope, now: datetime) -> bool:
    """Mark the message as read; return False when there is none in their inbox."""
    return await tx.execute(_READ, id=id, **_given(scope), now=now) > 0


async def mark_all_read(
    tx: Transaction, newest: UUID, scope: InboxScope, now: datetime, *, limit: int
) -> int:
    """Mark what lies unread up to that message as read, the newest first; return how many."""
    return await tx.execute(_READ_ALL, newest=newest, **_given(scope), now=now, limit=limit)


def _given(scope: InboxScope) -> dict[str, Any]:
    sites = {name: getattr(scope, name) for name in ("desk_sites", "work_sites", "sites")}
    return {
        "recipient": scope.recipient,
        "left": sorted(scope.left),
        "decided": sorted(scope.decided),
        **{name: None if each is None else sorted(each) for name, each in sites.items()},
    }


async def list_about(
    tx: Transaction,
    ticket: UUID,
    *,
    sites: Collection[SiteId] | None,
    before: UUID | None,
    limit: int,
) -> list[Message]:
    """Return everything said about a ticket, stale or not, newest first; of these sites only unless
    None.
    """
    found = await tx.search(
        _ABOUT,
        ticket=ticket,
        sites=None if sites is None else sorted(sites),
        before=before,
        limit=limit,
    )
    return _MESSAGES.validate_python(found)


async def deliveries_of(tx: Transaction, messages: Collection[UUID]) -> list[DeliveryStatus]:
    """Return how the deliveries of these messages stand."""
    return _STATUSES.validate_python(await tx.rows(_OF_MESSAGES, ids=list(messages)))
