"""Opening: a report becomes a ticket with a reference, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.tickets.actions.recording import record
from services.tickets.domain.duplicates import Earlier, possible_duplicates
from services.tickets.domain.intake import Channel, Report, open_ticket_for
from services.tickets.domain.places import is_public, resolve_place
from services.tickets.domain.references import NumberPool, reference_for
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from services.tickets.store.queries import find_alike
from services.tickets.store.sites import load_site, take_number_block
from shared.auth.caller import STAFF, Caller, Role
from shared.contracts import Window
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.errors import Forbidden, Invalid
from shared.ids import TicketId, new_id

OPENERS = (Role.RESIDENT, *STAFF, Role.INTEGRATION)


class UnknownSite(Invalid):
    code = "unknown_site"


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Where, in the words of whoever reports; coordinates are WGS 84, both or none."""

    unit: str | None = None
    spot: str | None = None
    address: str | None = None
    lat: float | None = None
    lon: float | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.unit, self.spot, self.address, self.lat))


@dataclass(frozen=True, kw_only=True)
class Told:
    """A report as somebody sends it; `reporter_id` None: whoever sends it, `priority` None: as the category has it."""

    site_id: str
    category: str
    title: str
    description: str
    where: Whereabouts
    answers: Mapping[str, str]
    priority: Priority | None
    preferred_windows: tuple[Window, ...]
    language: str | None
    channel: Channel
    reporter_id: str | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A new ticket, and what may be about the same: `full` says whether the caller may see those tickets themselves."""

    ticket: Ticket
    duplicates: tuple[Earlier, ...]
    full: bool


async def open_ticket(tx: Transaction, told: Told, *, by: Caller, numbers: NumberPool) -> Opened:
    """Raises UnknownSite (also for a site the caller has nothing to do with), Forbidden, Invalid, TicketFull."""
    site = await load_site(tx, told.site_id) if any(by.has(role, told.site_id) for role in OPENERS) else None
    if site is None:
        raise UnknownSite("There is no such site.", field="/site_id")
    report = _report(told, site, by=by)
    number = await _next_number(tx, site, numbers)
    ticket, danger = open_ticket_for(report, site, id=TicketId(new_id()), reference=reference_for(site.code, number), at=tx.now)
    alike = possible_duplicates(ticket, await find_alike(tx, ticket))
    record(tx, ticket, "opened", by=by.id, detail={"danger": danger} if danger else None)
    full = by.is_staff(site.id)
    return Opened(ticket=ticket, duplicates=alike if full else tuple(other for other in alike if is_public(other.place)), full=full)


def _report(told: Told, site: Site, *, by: Caller) -> Report:
    """What was told, understood as far as the site knows; raises Forbidden for what only staff and integrations may say."""
    on_behalf = by.is_staff(site.id) or by.has(Role.INTEGRATION, site.id)
    if not on_behalf and told.reporter_id not in (None, by.id):
        raise Forbidden("Only staff report on somebody else's behalf.")
    if not on_behalf and told.priority is not None:
        raise Forbidden("The priority comes from the category and the words; only staff set it.")
    where = told.where
    return Report(
        category=told.category,
        title=told.title,
        description=told.description,
        place=resolve_place(site, unit=where.unit, spot=where.spot, address=where.address, lat=where.lat, lon=where.lon),
        answers=told.answers,
        priority=told.priority,
        preferred_windows=told.preferred_windows,
        language=told.language,
        channel=told.channel,
        reporter_id=told.reporter_id or by.id,
        entered_by=by.id,
    )


async def _next_number(tx: Transaction, site: Site, numbers: NumberPool) -> int:
    number = numbers.take(site.code)
    if number is not None and not numbers.is_half_used(site.code):
        return number
    block = await take_number_block(tx, site.code)
    if number is None:
        number, block = block[0], block[1:]
    tx.after_commit(numbers.keep(site.code, block))
    return number
