"""Changing what a ticket is about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.tickets.actions.open_ticket import UnknownSite
from services.tickets.actions.recording import record
from services.tickets.actions.seeing import take_ticket
from services.tickets.domain.danger_words import find_danger, raised
from services.tickets.domain.intake import check_windows, lacks_answers
from services.tickets.domain.places import Whereabouts, resolve_place
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import ReasonDemanded, Ticket
from services.tickets.domain.verbs import Actor
from services.tickets.store.search import save_words
from services.tickets.store.sites import load_site
from shared.auth.caller import Caller
from shared.contracts import TicketV1, Window
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.errors import Forbidden, Invalid
from shared.ids import TicketId
from shared.preconditions import demand_version


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """What is to be different; None leaves it as it is. `where` replaces the whole place."""

    title: str | None = None
    description: str | None = None
    where: Whereabouts | None = None
    answers: Mapping[str, str] | None = None
    preferred_windows: tuple[Window, ...] | None = None
    category: str | None = None
    priority: Priority | None = None
    reason: str | None = None


async def amend_ticket(
    tx: Transaction, ticket_id: TicketId, amendment: Amendment, *, version: int, by: Caller
) -> Ticket:
    """Change text, place and windows (`amended`), then category and priority (`reclassified`);
    nothing that is the same is said, and both at once are one version.

    Words of danger that are new raise the priority. Raises NotFound, Forbidden, Stale, IllegalStep,
    Invalid, ReasonDemanded.
    """
    ticket, actor = await take_ticket(tx, ticket_id, by=by)
    demand_version(ticket.version, version)
    site = await load_site(tx, ticket.site_id)
    if site is None:
        raise UnknownSite("The ticket's site is gone.")
    ticket, danger = _amended(tx, ticket, amendment, site=site, by=actor)
    return _reclassified(tx, ticket, amendment, site=site, by=actor, danger=danger)


def _amended(
    tx: Transaction, ticket: Ticket, amendment: Amendment, *, site: Site, by: Actor
) -> tuple[Ticket, str | None]:
    """The ticket amended, and the word of danger that came with it."""
    new = _new_values(ticket, amendment, site)
    if not new:
        return ticket, None
    amended = ticket.amend(by=by, **new)
    if amended is ticket:
        return ticket, None
    changed = sorted(name for name in new if getattr(amended, name) != getattr(ticket, name))
    record(tx, amended, "amended", by=by.id, detail={"changed": [*changed]})
    save_words(tx, amended)
    before = find_danger(site.danger_words, ticket.title, ticket.description)
    return amended, None if before else find_danger(
        site.danger_words, amended.title, amended.description
    )


def _new_values(ticket: Ticket, amendment: Amendment, site: Site) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if amendment.title is not None:
        new["title"] = amendment.title
    if amendment.description is not None:
        new["description"] = amendment.description
    if amendment.where is not None:
        new["place"] = resolve_place(site, amendment.where)
    if amendment.preferred_windows is not None:
        check_windows(amendment.preferred_windows)
        new["preferred_windows"] = amendment.preferred_windows
    if amendment.answers is not None:
        category, known = site.category(ticket.category)
        new["answers"] = dict(amendment.answers)
        new["needs_info"] = not known or lacks_answers(category, amendment.answers)
    return new


def _reclassified(
    tx: Transaction,
    ticket: Ticket,
    amendment: Amendment,
    *,
    site: Site,
    by: Actor,
    danger: str | None,
) -> Ticket:
    """A new category does not move the priority; a new priority needs a reason."""
    if (amendment.category is not None or amendment.priority is not None) and not by.is_staff:
        raise Forbidden("Only staff change the category or the priority.")
    code, skills, needs_info = ticket.category, ticket.skills, ticket.needs_info
    if amendment.category is not None:
        category, known = site.category(amendment.category)
        if not known:
            raise Invalid("The site has no such category.", field="/category")
        code, skills, needs_info = (
            category.code,
            category.skills,
            lacks_answers(category, ticket.answers),
        )
    if amendment.priority not in (None, ticket.priority) and not (amendment.reason or "").strip():
        raise ReasonDemanded("Say why the priority changes.", field="/reason")
    priority = amendment.priority or raised(ticket.priority, danger)
    if (code, priority) == (ticket.category, ticket.priority):
        return ticket
    ticket.demand_life("reclassify", by)
    reclassified = ticket.reclassify(
        at=tx.now, category=code, priority=priority, skills=skills, needs_info=needs_info
    )
    changed = replace(reclassified, version=tx.next_version(TicketV1, ticket.id, ticket.version))
    record(
        tx, changed, "reclassified", by=by.id, detail={"reason": amendment.reason, "danger": danger}
    )
    save_words(tx, changed)
    return changed
