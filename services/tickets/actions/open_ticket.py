"""Opening: a report becomes a ticket with a reference, in one transaction."""

from dataclasses import dataclass

from services.tickets.actions.recording import record_opened
from services.tickets.actions.seeing import see_site_to_report_at
from services.tickets.actions.take_numbers import Numbers
from services.tickets.domain.access import may_report_for_others
from services.tickets.domain.duplicates import Earlier, possible_duplicates, repeats
from services.tickets.domain.intake import Report, open_ticket_for
from services.tickets.domain.places import is_public
from services.tickets.domain.references import reference_for
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from services.tickets.store.alike import find_alike
from shared.auth.caller import Caller
from shared.contracts.tickets import Channel
from shared.db.transaction import Transaction
from shared.errors import Forbidden
from shared.ids import TicketId, new_id


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A new ticket, and what may be about the same: `full` says whether the caller may see all
    those tickets themselves, not only the `repeated` ones, which the same person has just reported.
    """

    ticket: Ticket
    category_asked: str | None
    duplicates: tuple[Earlier, ...]
    repeated: frozenset[TicketId]
    full: bool


async def open_ticket(tx: Transaction, report: Report, *, by: Caller, numbers: Numbers) -> Opened:
    """Make a ticket of the report, with a reference.

    Raises UnknownSite (also for a site the caller has nothing to do with), Forbidden, Invalid,
    TicketFull.
    """
    site = await see_site_to_report_at(tx, report.site_id, by=by)
    _demand_right_to_say(report, site, by=by)
    number = await numbers.next(site.code)
    understood = open_ticket_for(
        report,
        site,
        by=by.id,
        id=TicketId(new_id()),
        reference=reference_for(site.code, number),
        at=tx.now,
    )
    ticket = understood.ticket
    alike = possible_duplicates(ticket, await find_alike(tx, ticket))
    record_opened(tx, ticket, by=by.id, detail=understood.detail)
    full = by.is_staff(site.id)
    repeated = frozenset(other.id for other in alike if repeats(ticket, other))
    return Opened(
        ticket=ticket,
        category_asked=understood.category_asked,
        duplicates=tuple(
            other for other in alike if full or other.id in repeated or is_public(other.place)
        ),
        repeated=repeated,
        full=full,
    )


def _demand_right_to_say(report: Report, site: Site, *, by: Caller) -> None:
    """Raise Forbidden for what only staff and integrations may say."""
    if may_report_for_others(by, site.id):
        return
    if report.reporter_id not in (None, by.id):
        raise Forbidden("Only staff report on another person's behalf.")
    if report.priority is not None:
        raise Forbidden("The priority comes from the category and the words; only staff set it.")
    if report.channel is not Channel.APP:
        raise Forbidden("How a report came in is for staff and integrations to say.")
