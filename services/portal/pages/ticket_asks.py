"""The pages of a ticket that ask before something is done, or give something to take along."""

from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from fastapi import Response

from services.portal.adapters.calendars import calendar_of, visit_event
from services.portal.adapters.moments import zone_of
from services.portal.domain.deeds import deeds
from services.portal.domain.reporting import Wrong
from services.portal.domain.ticket_links import VALID_FOR
from services.portal.domain.ticket_view import TicketView
from services.portal.domain.visit_form import FARTHEST, likely_visit
from services.portal.pages.tracked_ticket import TrackedTicket
from shared.errors import NotFound
from shared.ids import SiteId, TicketId


async def ask_first(tracked: TrackedTicket, part: str) -> Response:
    """Show the page of that name. Raises NotFound for one that there is not."""
    ask = _ASKS.get(part)
    if ask is None:
        raise NotFound("There is no such page.")
    return await ask(tracked)


async def _ask_to_cancel(tracked: TrackedTicket) -> Response:
    ticket = await tracked.load()
    return tracked.page.render("r/cancel.html", **await tracked.context(ticket))


async def ask_to_reopen(tracked: TrackedTicket, wrong: Wrong | None = None) -> Response:
    context = await tracked.context(await tracked.load())
    return tracked.page.render(
        "r/reopen.html", 200 if wrong is None else 422, **context, wrong=wrong
    )


async def ask_when(
    tracked: TrackedTicket, wrong: Wrong | None = None, written: Mapping[str, str] | None = None
) -> Response:
    ticket = await tracked.load()
    context, now = await tracked.context(ticket), tracked.page.now
    zone = zone_of(context["zone"])
    return tracked.page.render(
        "r/appointment.html",
        200 if wrong is None else 422,
        **context,
        wrong=wrong,
        visit=ticket.visit_agreed(now) or ticket.visit_offered(now),
        offered=ticket.visit_offered(now),
        today=now.astimezone(zone).date(),
        farthest=(now + FARTHEST).astimezone(zone).date(),
        written=_begin_with(ticket, written, zone, tracked),
    )


def _begin_with(
    ticket: TicketView, written: Mapping[str, str] | None, zone: ZoneInfo, tracked: TrackedTicket
) -> Mapping[str, str]:
    """Return what the form begins with: what was written, the visit there is, or a likely one."""
    if written is not None:
        return {name: written.get(name, "") for name in ("day", "from", "to")}
    visit = ticket.visit_agreed(tracked.page.now) or ticket.visit_offered(tracked.page.now)
    if visit is not None:
        start, end = visit.start.astimezone(zone), visit.end.astimezone(zone)
        return {"day": f"{start:%Y-%m-%d}", "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
    day, start_at, end_at = likely_visit(tracked.page.now, zone)
    return {"day": day.isoformat(), "from": start_at, "to": end_at}


async def _calendar(tracked: TrackedTicket) -> Response:
    """Return the visit as a calendar takes it; 404 while none is agreed."""
    ticket = await tracked.load()
    context = await tracked.context(ticket)
    visit = visit_event(ticket, now=tracked.page.now)
    if visit is None:
        raise NotFound("There is no visit to put into a calendar.")
    t = tracked.page.t
    body = calendar_of(
        ticket,
        visit,
        summary=t("resident-calendar-summary", what=context["category"]),
        text=t("resident-calendar-text", reference=ticket.reference),
        place=tracked.place_words(context),
        site=context["site"]["name"],
        now=tracked.page.now,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{ticket.reference}.ics"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


async def _link(tracked: TrackedTicket) -> Response:
    """Show a link that opens this ticket without a login, for those at home."""
    ticket = await tracked.load()
    if tracked.by_link or "share" not in deeds(ticket, reader=tracked.reader, now=tracked.page.now):
        raise NotFound("There is no such page.")
    link = tracked.page.state.ways_in.ticket_links.make_ticket_link(
        TicketId(ticket.id), SiteId(ticket.site_id), tracked.page.visitor.person_id
    )
    return tracked.page.render(
        "r/link.html",
        **await tracked.context(ticket),
        url=f"{tracked.page.state.public_url}/t/{link}",
        until=tracked.page.now + VALID_FOR,
    )


_ASKS: Mapping[str, Callable[[TrackedTicket], Awaitable[Response]]] = {
    "cancel": _ask_to_cancel,
    "reopen": ask_to_reopen,
    "appointment": ask_when,
    "visit.ics": _calendar,
    "link": _link,
}
