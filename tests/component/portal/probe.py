"""A few pages of a test's own, for what no page of the portal shows by itself."""

from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from services.portal.pages.page import (
    Anyone,
    Desk,
    Form,
    Missing,
    Refusal,
    Resident,
    page_router,
    parts,
    path_of,
)

router = page_router()


@router.get("/probe/board")
async def board(page: Desk) -> Response:
    """Ask two services, either of which may be away."""
    found = await parts(
        page.apis.tickets.get("/v1/tickets"), page.apis.sla.get("/v1/board", site="demo")
    )
    names = [each.service if isinstance(each, Missing) else "there" for each in found]
    return JSONResponse(names)


@router.get("/probe/one-after-the-other")
async def one_after_the_other(page: Desk) -> Response:
    """Ask all four services, each when the one before has ended."""
    wanted = (
        page.apis.tickets.get("/v1/tickets"),
        page.apis.dispatch.get("/v1/technicians"),
        page.apis.sla.get("/v1/board", site="demo"),
        page.apis.notify.get("/v1/inbox"),
    )
    found: list[Any] = []
    for each in wanted:
        found += await parts(each)
    return JSONResponse([isinstance(each, Missing) for each in found])


@router.get("/probe/ticket/{ticket_id}")
async def ticket(page: Resident, ticket_id: str) -> Response:
    """Ask for one thing, without which there is no page."""
    return JSONResponse(await page.apis.tickets.get(path_of("/v1/tickets/{}", ticket_id)))


@router.get("/probe/fault")
async def fault(page: Anyone) -> Response:
    """Fail as no one foresaw."""
    raise RuntimeError("a secret of ours")


@router.get("/probe/said")
async def said(page: Anyone) -> Response:
    """Show a page with what was just done."""
    return page.render("errors/error.html", heading_key="error-title-other", sentence="…", trace="")


@router.post("/probe/form")
async def form(page: Anyone, form: Form) -> Response:
    """Say what came."""
    return JSONResponse(
        {
            "fields": {k: v for k, v in form.fields.items() if not k.startswith("_")},
            "lists": {k: v for k, v in form.lists.items() if not k.startswith("_")},
            "files": [[each.field, each.name, each.path.stat().st_size] for each in form.files],
            "lost": [[each.name, each.why] for each in form.lost],
            "key": form.key,
            "paths": [str(each.path) for each in form.files],
        }
    )


@router.post("/probe/refused")
async def refused(page: Anyone, form: Form) -> Response:
    """Be told no."""
    refusal = Refusal("tickets", 409, "probe_refused", "Not now.", {"until": "07:49"})
    return page.refused(
        refusal, "errors/error.html", heading_key="error-title-other", sentence="…", trace=""
    )


@router.post("/probe/done")
async def done(page: Anyone, form: Form) -> Response:
    """Do something, and go where the form says."""
    return page.see_other(form.text("next"), said="signed-out")
