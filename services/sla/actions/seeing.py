"""What exists for a caller: `see_…` to read, `lock_…` to change."""

from collections.abc import Sequence
from uuid import UUID

from services.sla import events
from services.sla.domain.access import (
    is_claimed,
    may_manage,
    may_see_clocks,
    may_see_terms,
    sites_seen,
)
from services.sla.domain.calendars import WrittenCalendar, usual_calendar
from services.sla.domain.held import HeldTicket, HeldWork
from services.sla.domain.policy import DEFAULT, DEFAULT_POLICY, Policy
from services.sla.store.queries import find_announcements, find_timed_tickets
from services.sla.store.terms import (
    last_policy,
    lock_terms,
    newest_calendar,
    newest_policy,
    site_zone,
)
from shared.auth.caller import Caller
from shared.contracts import ClocksV1
from shared.db.transaction import Transaction
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.messaging.snapshots import find_snapshots


async def see_clocks(tx: Transaction, ticket_id: UUID, *, by: Caller) -> ClocksV1:
    """Return what was promised about one ticket, and how it stands.

    Raises NotFound, also while the ticket has not been heard of.
    """
    for clocks in await see_clocks_of_tickets(tx, [ticket_id], by=by):
        return clocks
    raise NotFound("There is no such ticket.")


async def see_clocks_of_tickets(
    tx: Transaction, ticket_ids: Sequence[UUID], *, by: Caller
) -> list[ClocksV1]:
    """Return what was promised about those of the tickets that the caller sees, in the order of
    their ids.
    """
    tickets = await find_snapshots(tx, HeldTicket, ticket_ids)
    works = await find_snapshots(tx, HeldWork, ticket_ids)
    seen = [
        timed
        for timed in await find_timed_tickets(tx, ticket_ids)
        if may_see_clocks(
            by,
            timed.card.site_id,
            tickets.get(str(timed.ticket_id)),
            works.get(str(timed.ticket_id)),
        )
    ]
    announced = await find_announcements(tx, [timed.ticket_id for timed in seen])
    return [events.snapshot(timed, announced.get(timed.ticket_id, [])) for timed in seen]


async def see_policy(tx: Transaction, policy_id: str, *, by: Caller) -> Policy:
    """Return the newest version. Raises NotFound."""
    policy = DEFAULT if policy_id == DEFAULT_POLICY else await newest_policy(tx, policy_id)
    if policy is None or not may_see_terms(by, policy.site_id):
        raise NotFound("There is no such policy.")
    return policy


async def lock_policy(
    tx: Transaction, policy_id: str, *, site_id: str | None, by: Caller
) -> Policy | None:
    """Return the newest version, for the caller to write the next one for that site (None: all);
    None where there is none yet. Raises Forbidden, NotFound, Conflict, and Invalid for the id of
    another site.
    """
    _demand_manager(by, site_id)
    await lock_terms(tx)
    last = await last_policy(tx, policy_id)
    if last is not None and is_claimed(policy_id, owner=last[1], site_id=site_id):
        return None
    if last is not None:  # a withdrawn one keeps its id: its versions still time tickets
        _demand_same_site(by, last[1], site_id)
    await _demand_no_other_site(tx, policy_id, site_id)
    return await newest_policy(tx, policy_id)


async def lock_written_policy(tx: Transaction, policy_id: str, *, by: Caller) -> Policy:
    """Return the newest version, for the caller to withdraw it. Raises Forbidden, NotFound."""
    policy = await see_policy(tx, policy_id, by=by)
    _demand_manager(by, policy.site_id)
    await lock_terms(tx)
    return await see_policy(tx, policy_id, by=by)


async def see_calendar(tx: Transaction, calendar_id: str, *, by: Caller) -> WrittenCalendar:
    """Return the newest version. A site's own calendar has the site's id, and always exists.

    Raises NotFound.
    """
    written = await newest_calendar(tx, calendar_id)
    if written is not None and may_see_terms(by, written.site_id):
        return written
    claimed = written is None or is_claimed(calendar_id, owner=written.site_id, site_id=calendar_id)
    known_zone = await site_zone(tx, calendar_id)
    if claimed and known_zone is not None and may_see_terms(by, calendar_id):
        return WrittenCalendar(
            id=calendar_id, version=0, site_id=calendar_id, calendar=usual_calendar(known_zone)
        )
    raise NotFound("There is no such calendar.")


async def lock_calendar(
    tx: Transaction, calendar_id: str, *, site_id: str | None, by: Caller
) -> WrittenCalendar | None:
    """Return the newest version, for the caller to write the next one for that site (None: all);
    None where there is none yet. Raises Forbidden, NotFound, Conflict, and Invalid for the id of
    another site.
    """
    _demand_manager(by, site_id)
    await lock_terms(tx)
    written = await newest_calendar(tx, calendar_id)
    if written is not None and is_claimed(calendar_id, owner=written.site_id, site_id=site_id):
        return None
    if written is not None:
        _demand_same_site(by, written.site_id, site_id)
    await _demand_no_other_site(tx, calendar_id, site_id)
    return written


def demand_terms_seen(site_id: str | None, *, by: Caller) -> frozenset[str] | None:
    """Return the sites whose own terms the caller sees, None for all. Raises NotFound where
    `site_id` is none of them.
    """
    sites = sites_seen(by)
    if site_id is not None and not may_see_terms(by, site_id):
        raise NotFound("There is no such site.")
    return sites


def _demand_manager(by: Caller, site_id: str | None) -> None:
    if not may_manage(by, site_id):
        where = "every site" if site_id is None else f"site {site_id}"
        raise Forbidden(f"Only a manager or an admin of {where} may write this.", site_id=site_id)


async def _demand_no_other_site(tx: Transaction, id: str, site_id: str | None) -> None:
    """Raise Invalid for an id that only another site's policy or calendar may have."""
    if site_id not in (None, id) and await site_zone(tx, id) is not None:
        raise Invalid(
            "This is the id of another site, which alone may write under it.",
            field="/site_id",
            reason="id_of_another_site",
        )


def _demand_same_site(by: Caller, owner: str | None, site_id: str | None) -> None:
    """Refuse to make another site's of what was written for one."""
    if not may_see_terms(by, owner):
        raise NotFound("This id is not yours to write.")
    if owner != site_id:
        raise Conflict(
            "It belongs to another site; write yours under an id of its own.", site_id=owner
        )
