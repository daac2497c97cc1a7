"""Lists of a site that are taken over: its technicians, and when they work."""

from typing import Annotated

from fastapi import Request, Response

from services.dispatch.actions.change_technician import list_technicians
from services.dispatch.actions.import_technicians import (
    ListTooLong,
    import_rota,
    import_technicians,
)
from services.dispatch.api.deps import TechnicianManager
from services.dispatch.domain import rota_list, technician_list
from services.dispatch.domain.access import demand_technicians
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
from shared.ids import SiteId

router = action_router("/v1/sites", tag="imports")


@router.post("/{site_id}/technicians:import", **IMPORTS)
@refuses(ListTooLong)
async def technicians(
    site_id: Identifier,
    request: Request,
    given: Annotated[GivenList, takes_list(technician_list.TECHNICIANS)],
    caller: TechnicianManager,
    tx: Tx,
) -> ImportOut | Response:
    """Save the technicians of a list, with what they can do; nothing is taken away. The same list
    again changes nothing.
    """
    outcome = await import_technicians(
        tx, SiteId(site_id), given.read, dry_run=given.dry_run, skip_bad=given.skip_bad, by=caller
    )
    return as_answer(request, outcome)


@router.get("/{site_id}/technicians:template", **TEMPLATES)
async def technicians_template(
    site_id: Identifier,
    caller: TechnicianManager,
    tx: Tx,
    format: TemplateFormat = Format.XLSX,
    language: TemplateLanguage = "zh-CN",
) -> Response:
    """Return a list of technicians to fill in."""
    demand_technicians(caller, {SiteId(site_id)})
    form, example = technician_list.TECHNICIANS, technician_list.EXAMPLE
    return template_answer(form, example, format=format, language=language)


@router.post("/{site_id}/rota:import", **IMPORTS)
@refuses(ListTooLong)
async def rota(
    site_id: Identifier,
    request: Request,
    given: Annotated[GivenList, takes_list(rota_list.ROTA)],
    caller: TechnicianManager,
    tx: Tx,
) -> ImportOut | Response:
    """Save when the technicians of a list work, by weekday or by date, and when they are on leave;
    days that it does not name stay as they are.
    """
    outcome = await import_rota(
        tx, SiteId(site_id), given.read, dry_run=given.dry_run, skip_bad=given.skip_bad, by=caller
    )
    return as_answer(request, outcome)


@router.get("/{site_id}/rota:template", **TEMPLATES)
async def rota_template(
    site_id: Identifier,
    caller: TechnicianManager,
    tx: Tx,
    format: TemplateFormat = Format.XLSX,
    language: TemplateLanguage = "zh-CN",
) -> Response:
    """Return a rota to fill in; its example is a technician of the site, where there is one."""
    site = SiteId(site_id)
    demand_technicians(caller, {site})
    found = await list_technicians(tx, by=caller, site_id=site, after="", limit=1)
    first = {"id": found[0].id, "name": found[0].name} if found else {"id": "W001"}
    example = {**rota_list.EXAMPLE, **first}
    return template_answer(rota_list.ROTA, example, format=format, language=language)
