"""`/ops/labels`: stickers for doors, lifts and machines, and a poster, to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query, Response

from services.portal.adapters.qr_codes import qr_code
from services.portal.domain.place_words import coded_name
from services.portal.domain.reporting import place_code_in
from services.portal.pages.desk_sites import desk_sites
from services.portal.pages.page import Desk, Form, Page, Refusal, page_router, path_of
from services.portal.pages.tracked_ticket import place_line
from shared.errors import NotFound

router = page_router()

_PER_SHEET = 24
_KINDS = ("spot", "building", "unit")


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label: what it says, its code as people write it, and its picture."""

    place: str
    code: str
    picture: str


@router.get("/ops/labels")
async def labels(
    page: Desk,
    kind: Annotated[Literal["spot", "building", "unit"], Query()] = "spot",
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Response:
    """Show a sheet of labels of that kind."""
    sites = await desk_sites(page, one=True)
    if (site_id := sites.chosen) is None:
        raise NotFound("There is no such site.")
    answer = await page.apis.tickets.answer(
        "GET",
        path_of("/v1/sites/{}/places", site_id),
        kind=kind,
        limit=_PER_SHEET,
        cursor=cursor,
    )
    return page.render(
        "labels/sheet.html",
        sites=sites,
        site=await page.site(site_id),
        site_id=site_id,
        kind=kind,
        kinds=_KINDS,
        labels=[_label(page, each) for each in answer.json["items"]],
        is_first=cursor is None,
        next=answer.next_cursor,
        per_sheet=_PER_SHEET,
    )


@router.get("/ops/labels/poster")
async def poster(page: Desk, code: str = Query("")) -> Response:
    """Show the place's poster for a wall."""
    known = place_code_in(code)
    if known is None:
        raise NotFound("There is no place with this code.")
    place = await page.apis.tickets.get(path_of("/v1/places/{}", known))
    return page.render(
        "labels/poster.html",
        site=await page.site(place["site_id"]),
        site_id=place["site_id"],
        label=_label(page, place),
    )


@router.post("/ops/labels/revoke")
async def revoke(page: Desk, form: Form) -> Response:
    """Give the place of a label that was lost or copied another code."""
    site_id, code, kind = form.text("site"), form.text("code"), form.text("kind")
    path = path_of("/v1/sites/{}/places/{}:revoke", site_id, code)
    try:
        await page.apis.tickets.post(path, key=form.key)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        # a second tap: the code is no more
    shown = {"site": site_id, "kind": kind if kind in _KINDS else "spot"}
    back = f"/ops/labels?{urlencode(shown)}"
    return page.see_other(back, said="resident-labels-revoked")


def _label(page: Page, place: Mapping[str, Any]) -> Label:
    code = str(place["code"])
    return Label(
        place=place_line(coded_name(place), page.t),
        code=code,
        picture=qr_code(f"{page.state.public_url}/q/{code}"),
    )
