"""What promises are made of: policies, calendars and time zones of sites, in every version."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from services.sla.domain.calendar import Calendar
from services.sla.domain.calendars import ALWAYS, Calendars, Edition, WrittenCalendar
from services.sla.domain.policy import InForce, Policy
from services.sla.domain.working_time import WorkingTime
from services.sla.store.tables import CalendarRow, PolicyRow, SiteZoneRow, SweepRow
from shared.db.transaction import Transaction
from shared.ids import new_id

_WRITTEN = TypeAdapter(WrittenCalendar)


@dataclass(frozen=True)
class Sweep:
    """Clocks that are to be computed again, those of a site or of all (None), done up to and with
    ticket `done_to`.
    """

    id: UUID
    site_id: str | None
    done_to: UUID | None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What promises are made of at some sites; `working_days_to_object` of those that say it."""

    policies: Sequence[InForce]
    calendars: Calendars
    working_days_to_object: Mapping[str, int]


async def lock_terms(tx: Transaction) -> None:
    """Lock the terms to change them: wait until no transaction computes by the old ones (those that
    hold a ticket's row); later ones see the new.
    """
    await tx.lock("terms", ["all"])


async def load_terms(
    tx: Transaction,
    site_ids: Collection[str],
    *,
    since: datetime,
    until: datetime,
    first_too: bool = False,
) -> Terms:
    """Return what counts at these sites: the policies that were in force at any time between
    (`first_too`: and the first version of each), and the calendars and zones from `since` on.

    They are read every time, in one statement; what is made of the text of a policy or a calendar
    is remembered.
    """
    policies: list[InForce] = []
    written: dict[str, list[Edition]] = defaultdict(list)
    zones: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    to_object: dict[str, int] = {}
    given = {"sites": list(site_ids), "since": since, "until": until, "first_too": first_too}
    for row in await tx.rows(_LOAD, **given):
        if row["what"] == "policy":
            policies.append(
                InForce(policy=_policy(row["body"]), since=row["since"], until=row["until"])
            )
        elif row["what"] == "calendar":
            written[row["id"]].append(
                Edition(since=row["since"], hours=_hours(row["body"]), site_id=row["site_id"])
            )
        elif row["what"] == "zone":
            zones[row["id"]].append((row["since"], row["body"]))
        else:
            to_object[row["id"]] = int(row["body"])
    return Terms(
        policies=policies,
        calendars=Calendars(written, zones),
        working_days_to_object=to_object,
    )


async def newest_policy(tx: Transaction, policy_id: str) -> Policy | None:
    row = await tx.row(_NEWEST_POLICY, id=policy_id)
    return None if row is None else Policy.model_validate(row["body"])


async def list_policies(
    tx: Transaction,
    sites: Collection[str] | None,
    *,
    site_id: str | None,
    after: str,
    limit: int,
) -> list[Policy]:
    """Return the newest versions, by id: those for every site, and those of `sites` (None: any);
    with `site_id` those alone that count there.
    """
    rows = await tx.rows(
        _LIST_POLICIES, sites=_list(sites), site_id=site_id, after=after, limit=limit
    )
    return [Policy.model_validate(row["body"]) for row in rows]


async def list_calendars(
    tx: Transaction,
    sites: Collection[str] | None,
    *,
    site_id: str | None,
    after: str,
    limit: int,
) -> list[WrittenCalendar]:
    """Return the newest versions, as `list_policies` does."""
    rows = await tx.rows(
        _LIST_CALENDARS, sites=_list(sites), site_id=site_id, after=after, limit=limit
    )
    return [_WRITTEN.validate_python(dict(row)) for row in rows]


async def last_policy(tx: Transaction, policy_id: str) -> tuple[int, str | None] | None:
    """Return version and site of the last policy under that id, withdrawn or not; None where there
    never was one.
    """
    row = await tx.row(_LAST_POLICY, id=policy_id)
    return None if row is None else (row["version"], row["site_id"])


async def last_calendar(tx: Transaction, calendar_id: str) -> int:
    """Return the last version under that id, whosever it was; 0 where there never was one."""
    row = await tx.row(_LAST_CALENDAR, id=calendar_id)
    return 0 if row is None else int(row["version"])


async def newest_calendar(tx: Transaction, calendar_id: str) -> WrittenCalendar | None:
    row = await tx.row(_NEWEST_CALENDAR, id=calendar_id)
    return None if row is None else _WRITTEN.validate_python(dict(row))


async def find_calendars(tx: Transaction, ids: Collection[str]) -> dict[str, str | None]:
    """Return which of these exist, with the site each belongs to (None: all)."""
    return {row["id"]: row["site_id"] for row in await tx.rows(_FIND_CALENDARS, ids=list(ids))}


async def site_zone(tx: Transaction, site_id: str) -> str | None:
    row = await tx.row(_SITE_ZONE, site_id=site_id)
    return None if row is None else row["time_zone"]


async def save_policy(tx: Transaction, policy: Policy) -> None:
    await end_policy(tx, policy.id)
    tx.insert(PolicyRow, policy, since=tx.now, until=None, body=policy.model_dump(mode="json"))


async def end_policy(tx: Transaction, policy_id: str) -> None:
    """Let no ticket that is opened from now on have the policy; its versions stay."""
    await tx.execute(_END_POLICY, id=policy_id, now=tx.now)


async def save_calendar(tx: Transaction, written: WrittenCalendar) -> None:
    await tx.execute(_END_CALENDAR, id=written.id, now=tx.now)
    body = written.calendar.model_dump(mode="json")
    tx.insert(CalendarRow, written, since=tx.now, until=None, body=body)


def save_zone(tx: Transaction, site_id: str, time_zone: str, *, first: bool) -> None:
    tx.save(
        SiteZoneRow,
        {"site_id": site_id, "since": ALWAYS if first else tx.now, "time_zone": time_zone},
    )


def save_sweep(tx: Transaction, site_id: str | None) -> None:
    tx.insert(SweepRow, Sweep(id=new_id(), site_id=site_id, done_to=None))


async def claim_sweep(tx: Transaction, excluding: Collection[UUID], _: int) -> Sequence[Sweep]:
    """Lock the oldest that no other instance has in hand."""
    return [Sweep(**row) for row in await tx.rows(_CLAIM_SWEEP, excluding=list(excluding))]


async def any_sweep(tx: Transaction, excluding: Collection[UUID]) -> bool:
    return bool(await tx.rows(_ANY_SWEEP, excluding=list(excluding)))


async def bring_forward(tx: Transaction, sweep: Sweep, *, at: datetime, limit: int) -> UUID | None:
    """Let the next tickets with clocks still going on be looked at then; return the last of them,
    None where there is none left.
    """
    statement = _BRING_FORWARD if sweep.site_id is None else _BRING_FORWARD_AT_SITE
    site = {} if sweep.site_id is None else {"site_id": sweep.site_id}
    row = await tx.row(statement, done_to=sweep.done_to or UUID(int=0), at=at, limit=limit, **site)
    return None if row is None else row["last"]


async def move_sweep(tx: Transaction, sweep_id: UUID, done_to: UUID) -> None:
    await tx.execute(_MOVE_SWEEP, id=sweep_id, done_to=done_to)


async def end_sweep(tx: Transaction, sweep_id: UUID) -> None:
    await tx.execute(_END_SWEEP, id=sweep_id)


def _list(sites: Collection[str] | None) -> list[str] | None:
    return None if sites is None else sorted(sites)


@lru_cache(maxsize=1024)
def _policy(body: str) -> Policy:
    return Policy.model_validate_json(body)


@lru_cache(maxsize=1024)
def _hours(body: str) -> WorkingTime:
    return WorkingTime(Calendar.model_validate_json(body))


_LOAD = text("""
    select 'policy' as what, id, site_id, since, until, cast(body as text) as body from policies
    where (site_id is null or site_id = any(:sites)) and (until is null or until > :since)
      and (since <= :until or (cast(:first_too as boolean) and version = 1))
    union all
    select 'calendar', id, site_id, since, until, cast(body as text) from calendars
    where (site_id is null or site_id = any(:sites) or id = any(:sites))
      and (until is null or until > :since)
    union all
    select 'zone', site_id, site_id, since, null, time_zone from site_zones
      where site_id = any(:sites)
    union all
    select 'to_object', id, id, null, null, body ->> 'close_after_working_days' from snapshots
      where entity = 'tickets.site' and id = any(:sites)
        and body ->> 'close_after_working_days' is not null
    order by what, id, since""")
_NEWEST_POLICY = text("select body from policies where id = :id and until is null")
_LAST_POLICY = text(
    "select version, site_id from policies where id = :id order by version desc limit 1"
)
_LAST_CALENDAR = text("select version from calendars where id = :id order by version desc limit 1")
_LIST_POLICIES = text("""
    select body from policies
    where until is null and id > :after
      and (site_id is null or cast(:sites as text[]) is null
        or site_id = any(cast(:sites as text[])))
      and (site_id is null or cast(:site_id as text) is null or site_id = :site_id)
    order by id limit :limit""")
_LIST_CALENDARS = text("""
    select id, version, site_id, body as calendar from calendars
    where until is null and id > :after
      and (site_id is null or cast(:sites as text[]) is null
        or site_id = any(cast(:sites as text[])))
      and (site_id is null or cast(:site_id as text) is null or site_id = :site_id)
    order by id limit :limit""")
_NEWEST_CALENDAR = text("""
    select id, version, site_id, body as calendar from calendars
    where id = :id and until is null""")
_FIND_CALENDARS = text("select id, site_id from calendars where id = any(:ids) and until is null")
_SITE_ZONE = text(
    "select time_zone from site_zones where site_id = :site_id order by since desc limit 1"
)
_END_POLICY = text("update policies set until = :now where id = :id and until is null")
_END_CALENDAR = text("update calendars set until = :now where id = :id and until is null")
_CLAIM_SWEEP = text(
    "select * from sweeps where id <> all(cast(:excluding as uuid[])) order by id limit 1 "
    "for update skip locked"
)
_ANY_SWEEP = text("select 1 from sweeps where id <> all(cast(:excluding as uuid[])) limit 1")
_BRING = """
    with these as (
        {these} for update
    ), brought as (
        update promises p set next_at = :at from these where p.ticket_id = these.ticket_id
    )
    select ticket_id as last from these order by ticket_id desc limit 1"""
_BRING_FORWARD = text(
    _BRING.format(
        these="""select ticket_id from promises where ticket_id = any(array(
          select ticket_id from clocks where ticket_id > :done_to
          group by ticket_id order by ticket_id limit :limit)) order by ticket_id"""
    )
)
_BRING_FORWARD_AT_SITE = text(
    _BRING.format(
        these="""select ticket_id from promises where going_on and site_id = :site_id
          and ticket_id > :done_to order by ticket_id limit :limit"""
    )
)
_MOVE_SWEEP = text("update sweeps set done_to = :done_to where id = :id")
_END_SWEEP = text("delete from sweeps where id = :id")
