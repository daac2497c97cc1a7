"""Lists of a site that are taken over: its places, who lives there, what was reported before."""

from typing import Annotated

from fastapi import Request, Response

from services.tickets.actions.import_people import import_people
from services.tickets.actions.import_places import import_places
from services.tickets.actions.import_tickets import import_tickets
from services.tickets.actions.seeing import see_site_to_keep_people
from services.tickets.api.people import Keeper
from services.tickets.api.state import TicketsState
from services.tickets.domain import history_form
from services.tickets.domain.limits import TicketFull
from services.tickets.domain.place_list import EXAMPLE, PLACES
from services.tickets.domain.resident_list import RESIDENTS, example
from services.tickets.domain.site import CodeTaken
from shared.http.declared import refuses
from shared.http.fields import Identifier
from shared.http.imports import (
    IMPORTS,
    TEMPLATES,
    Format,
    GivenList,
    ImportOut,
    TemplateFormat,
    TemplateLanguage,
    as_answer,
    takes_list,
    template_answer,
)
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.http.state import state_of

router = action_router("/v1/sites", tag="imports")


@router.post("/{site_id}/places:import", **IMPORTS)
@refuses(CodeTaken)
async def places(
    site_id: Identifier,
    request: Request,
    given: Annotated[GivenList, takes_list(PLACES)],
    caller: Keeper,
    tx: Tx,
) -> ImportOut | Response:
    """Add the units and areas of a list to the site's buildings; nothing is taken away. The same
    list again changes nothing.
    """
    outcome = await import_places(
        tx, site_id, given.read, dry_run=given.dry_run, skip_bad=given.skip_bad, by=caller
    )
    return as_answer(request, outcome)


@router.get("/{site_id}/places:template", **TEMPLATES)
async def places_template(
    site_id: Identifier,
    caller: Keeper,
    tx: Tx,
    format: TemplateFormat = Format.XLSX,
    language: TemplateLanguage = "zh-CN",
) -> Response:
    """Return a list of places to fill in."""
    await see_site_to_keep_people(tx, site_id, by=caller)
    return template_answer(PLACES, EXAMPLE, format=format, language=language)


@router.post("/{site_id}/people:import", **IMPORTS)
async def people(
    site_id: Identifier,
    request: Request,
    given: Annotated[GivenList, takes_list(RESIDENTS)],
    caller: Keeper,
    tx: Tx,
) -> ImportOut | Response:
    """Record where the people of a list live since when; nothing is taken away. How they are
    reached is for notify to be told, by the same list.
    """
    outcome = await import_people(
        tx, site_id, given.read, dry_run=given.dry_run, skip_bad=given.skip_bad, by=caller
    )
    return as_answer(request, outcome)


@router.get("/{site_id}/people:template", **TEMPLATES)
async def people_template(
    site_id: Identifier,
    caller: Keeper,
    tx: Tx,
    format: TemplateFormat = Format.XLSX,
    language: TemplateLanguage = "zh-CN",
) -> Response:
    """Return a list of residents to fill in."""
    site = await see_site_to_keep_people(tx, site_id, by=caller)
    return template_answer(RESIDENTS, example(site), format=format, language=language)


@router.post("/{site_id}/tickets:import", **IMPORTS)
@refuses(TicketFull)
async def tickets(
    site_id: Identifier,
    request: Request,
    given: Annotated[GivenList, takes_list(history_form.TICKETS)],
    caller: Keeper,
    tx: Tx,
) -> ImportOut | Response:
    """Take over tickets of a former system: what had ended there with its dates, for no one to hear
    of; what had not as new reports. A number that is known already is left as it is.
    """
    state = state_of(request, TicketsState)
    outcome = await import_tickets(
        tx,
        site_id,
        given.read,
        dry_run=given.dry_run,
        skip_bad=given.skip_bad,
        by=caller,
        numbers=state.numbers,
        retention_days=state.ticket_retention_days,
    )
    return as_answer(request, outcome)


@router.get("/{site_id}/tickets:template", **TEMPLATES)
async def tickets_template(
    site_id: Identifier,
    caller: Keeper,
    tx: Tx,
    format: TemplateFormat = Format.XLSX,
    language: TemplateLanguage = "zh-CN",
) -> Response:
    """Return a list of tickets to fill in."""
    site = await see_site_to_keep_people(tx, site_id, by=caller)
    return template_answer(
        history_form.TICKETS, history_form.example(site), format=format, language=language
    )
