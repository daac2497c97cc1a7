"""`/ops/new`: the desk reports for a person on the telephone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Response

from services.portal.actions.open_for_caller import Call, open_for_caller
from services.portal.domain.site_words import category_names
from services.portal.pages.desk_refusals import Refused, not_filled_in, refused
from services.portal.pages.desk_sites import desk_sites, known_sites
from services.portal.pages.desk_words import Words
from services.portal.pages.page import (
    Away,
    Desk,
    Form,
    Missing,
    Page,
    Refusal,
    Submitted,
    page_router,
    parts,
    path_of,
)
from shared.auth.caller import STAFF

router = page_router()

_FIELDS = ("category", "description", "unit", "spot", "address", "priority", "name", "phone")
_LONGEST: Mapping[str, int] = {"description": 4000}
_MAX_SPOTS = 60
_MAX_PHONE = 40


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person with the caller's number, and where they live at the site; `sealed` is what the form
    gives back, since an id alone could be anyone's.
    """

    id: str
    sealed: str
    name: str
    units: tuple[str, ...]


@router.get("/ops/new")
async def show(page: Desk, phone: str = "", person: str = "") -> Response:
    """Show the form; with a telephone number, who that may be and where they live."""
    kept = {"phone": phone.strip()[:_MAX_PHONE], "person_id": person[:255]}
    return await _page(page, kept)


@router.post("/ops/new")
async def report(page: Desk, form: Form) -> Response:
    """Report it for the caller: as the person whom this page found for their number, or else as one
    who is new.
    """
    kept = {name: form.text(name)[: _LONGEST.get(name, 200)] for name in _FIELDS}
    kept["site"] = form.text("site")
    found = page.state.found_callers.open(
        form.text("caller"), site=kept["site"], shown_to=page.visitor.person_id or ""
    )
    kept["person_id"] = found or ""
    if not page.visitor.has(*STAFF, site=kept["site"]):
        raise Refusal("tickets", 404, "not_found", page.t("error-404"), {})
    if not kept["category"]:
        return await _page(page, kept, not_filled_in(page, "desk-refused-category", "new", kept))
    if not kept["description"]:
        return await _page(page, kept, not_filled_in(page, "desk-refused-text", "new", kept))
    try:
        reported = await open_for_caller(page.apis, _call(page, kept, form))
    except Refusal as refusal:
        return await _page(page, kept, refused(page, refusal, "new", kept))
    to = f"/ops/tickets/{reported.ticket_id}"
    if form.text("caller") and found is None:
        return page.see_other(to, "desk-said-reported-as-new")
    if reported.maybe_twice:
        return page.see_other(f"{to}/merge", "desk-said-maybe-twice")
    if reported.contact_stored is False:
        return page.see_other(to, "desk-said-reported-without-number")
    return page.see_other(to, "desk-said-reported")


def _call(page: Page, kept: Mapping[str, str], form: Submitted) -> Call:
    return Call(
        site_id=kept["site"],
        person_id=kept["person_id"],
        language=page.language,
        key=form.key,
        **{name: kept[name] for name in _FIELDS},
    )


async def _page(page: Page, kept: Mapping[str, str], refused: Refused | None = None) -> Response:
    if refused is not None and page.wants_json:
        return page.json(refused.members, refused.status)
    sites = await desk_sites(page, one="site" not in kept)
    chosen = kept.get("site") or sites.chosen or ""
    site = (await known_sites(page, [chosen])).get(chosen)
    if site is None:
        raise Away("tickets")
    phone = kept.get("phone", "")
    people, wrong = await _people(page, chosen, phone)
    return page.render(
        "ops/new.html",
        refused.status if refused else 200,
        zone=str(site["time_zone"]),
        sites=replace(sites, chosen=chosen),
        site_id=chosen,
        site=site,
        words=Words(page, str(site["time_zone"])),
        categories=list(category_names(site, page.language).items()),
        spots=[(spot["code"], spot["name"] or spot["code"]) for spot in site["spots"]][:_MAX_SPOTS],
        kept={name: kept.get(name, "") for name in (*_FIELDS, "person_id")},
        people=people,
        wrong_number=wrong,
        person=_chosen_person(people, kept.get("person_id", "")),
        refused=refused,
    )


def _chosen_person(people: list[Known] | Missing, person_id: str) -> Known | None:
    """Return who was chosen of them; the only one there is, where none was."""
    if isinstance(people, Missing):
        return None
    chosen = next((each for each in people if each.id == person_id), None)
    return chosen or (people[0] if len(people) == 1 else None)


async def _people(page: Page, site_id: str, phone: str) -> tuple[list[Known] | Missing, bool]:
    """Return who has that number, and whether it is none."""
    if not phone:
        return [], False
    try:
        [found] = await parts(page.apis.notify.get("/v1/recipients", site=site_id, phone=phone))
    except Refusal as refusal:
        if refusal.status == 422:
            return [], True
        raise
    if isinstance(found, Missing):
        return found, False
    people = found["items"][:5]
    homes = await parts(*(_units(page, site_id, each["id"]) for each in people))
    by, seal = page.visitor.person_id or "", page.state.found_callers.seal
    return [
        Known(
            id=each["id"],
            sealed=seal(each["id"], site=site_id, shown_to=by),
            name=each["name"] or each["id"],
            units=_listed(units),
        )
        for each, units in zip(people, homes, strict=True)
    ], False


async def _units(page: Page, site_id: str, person_id: str) -> list[dict[str, Any]]:
    """Return where the person lives now, as the record has it."""
    try:
        found = await page.apis.tickets.get(path_of("/v1/sites/{}/people/{}", site_id, person_id))
    except Refusal:
        return []
    return [each for each in found["units"] or () if not each.get("until")]


def _listed(units: list[dict[str, Any]] | Missing) -> tuple[str, ...]:
    return () if isinstance(units, Missing) else tuple(each["unit"] for each in units)
