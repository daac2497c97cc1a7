"""`/r/report`: what is broken, where, and one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Query, Response

from services.portal.actions.report import send_report
from services.portal.domain.place_words import PlaceName, coded_name, place_name, unit_name
from services.portal.domain.reporting import (
    MAX_TEXT,
    OTHER_PLACE,
    Wrong,
    place_code_in,
    places_of,
    tiles,
    where,
)
from services.portal.domain.ticket_view import TicketView
from services.portal.pages.after_sending import sent_report
from services.portal.pages.page import (
    Away,
    Form,
    Missing,
    Page,
    Refusal,
    Resident,
    Submitted,
    page_router,
    parts,
    path_of,
)
from services.portal.pages.report_form import place_of_code, read_report
from services.portal.pages.resident_sites import home_sites, known_site
from services.portal.pages.wrongs import Written, in_words, problem_with
from shared.contracts.tickets import Place

router = page_router()

_LATELY = 10
_MAX_LAST = 2


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A place to choose: what is sent, its name, and the message that says which it is."""

    value: str
    name: PlaceName
    key: str


@router.get("/r/report")
async def show(page: Resident, site: str | None = Query(None), place: str = Query("")) -> Response:
    """Show the form; `place` is the code of a label that was scanned, a unit or a spot."""
    sites = await home_sites(page)
    if site is None and len(sites) > 1:
        return page.render("r/choose_site.html", sites=sites, place=place)
    return await _render(page, await known_site(page, site), {"place": place})


@router.post("/r/report")
async def send(page: Resident, form: Form) -> Response:
    """Send the report; the ticket's page tells of photos that were not taken. While tickets is away
    what was written stays, to be sent again as the same report.
    """
    site = await known_site(page, form.fields.get("site"))
    try:
        return await _send(page, site, form)
    except Away:
        if page.wants_json:
            raise
        return await _render(page, site, form.fields, status=503, key=form.key)


async def _send(page: Page, site: Mapping[str, Any], form: Submitted) -> Response:
    place = await _place_said(page, site, form)
    if isinstance(place, Wrong):
        return await _wrong(page, site, form, [place])
    report = read_report(page, form, site, place)
    if report.wrongs:
        return await _wrong(page, site, form, report.wrongs)
    try:
        sent = await send_report(
            page.apis.tickets,
            report.body,
            photos=report.photos,
            lost=form.lost,
            answers=report.answers,
            key=form.key,
        )
    except Refusal as refusal:
        context = await _context(page, site, form.fields)
        return page.refused(refusal, context.pop("template"), **context)
    return sent_report(page, sent, f"/r/tickets/{sent.ticket['id']}")


async def _place_said(
    page: Page, site: Mapping[str, Any], form: Submitted
) -> Mapping[str, Any] | Wrong:
    """Return the place that the form names; a code is looked up. Away where that cannot be."""
    code = place_code_in(form.text("place"))
    if code is None or form.text("place") in _units_of(site):
        return where(site, form.fields)
    try:
        found = await page.apis.tickets.get(path_of("/v1/places/{}", code))
    except Refusal:
        return Wrong(field="place", key="resident-wrong-code")
    return place_of_code(found)


async def _wrong(
    page: Page, site: Mapping[str, Any], form: Submitted, wrongs: Sequence[Wrong]
) -> Response:
    """Return the form with what is wrong in it; a script is told the first of it."""
    if page.wants_json:
        problem = problem_with(page, wrongs[0])
        return page.json(problem.members, problem.status)
    return await _render(page, site, form.fields, status=422, wrongs=in_words(page, wrongs))


async def _render(
    page: Page,
    site: Mapping[str, Any],
    written: Mapping[str, str],
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    context = {**await _context(page, site, written), **more}
    return page.render(context.pop("template"), status, **context)


async def _context(
    page: Page, site: Mapping[str, Any], written: Mapping[str, str]
) -> dict[str, Any]:
    asked = written.get("place", "").strip()
    chips = await _chips(page, site, asked)
    chosen = place_code_in(asked) or asked or (chips[0].value if chips else OTHER_PLACE)
    buildings, spots = places_of(site)
    return {
        "template": "r/report.html",
        "site": site,
        "zone": site["time_zone"],
        "phone": site.get("phone"),
        "tiles": tiles(site, page.language),
        "chips": chips,
        "chosen": chosen if any(chip.value == chosen for chip in chips) else OTHER_PLACE,
        "buildings": buildings,
        "spots": spots,
        "written": Written(written),
        "max_text": MAX_TEXT,
        "wrongs": Written(),
        "key": None,
    }


async def _chips(page: Page, site: Mapping[str, Any], asked: str) -> list[Chip]:
    """Return the likely places: the one that was scanned, home, and those of lately."""
    scanned, lately = await parts(_scanned(page, asked), _lately(page, str(site["id"])))
    chips: list[Chip] = []
    if isinstance(scanned, Chip):
        chips.append(scanned)
    chips += [
        Chip(value=unit, name=unit_name(site, unit), key="resident-where-home")
        for unit in sorted(page.visitor.units)
        if unit_name(site, unit).unit
    ]
    known = {chip.value for chip in chips}
    last: dict[str, Chip] = {}
    for place in () if isinstance(lately, Missing) else lately:
        value = _value_of(place)
        if value and value not in known and len(last) < _MAX_LAST:
            name = place_name(site, place)
            last.setdefault(value, Chip(value=value, name=name, key="resident-where-last"))
    return [*chips, *last.values()]


async def _scanned(page: Page, asked: str) -> Chip | None:
    code = place_code_in(asked)
    if code is None:
        return None
    try:
        found = await page.apis.tickets.get(path_of("/v1/places/{}", code))
    except Refusal:
        return None
    return Chip(value=code, name=coded_name(found), key="resident-where-scanned")


async def _lately(page: Page, site_id: str) -> list[Place]:
    """Return where the resident's newest tickets are."""
    found = await page.apis.tickets.get("/v1/tickets", site=site_id, limit=_LATELY)
    return [TicketView.model_validate(each).place for each in found["items"]]


def _value_of(place: Place) -> str:
    if place.unit:
        return "-".join(each for each in (place.building, place.entrance, place.unit) if each)
    return place.spot or ""


def _units_of(site: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        f"{building['code']}-{unit if isinstance(unit, str) else unit['unit']}"
        for building in site.get("buildings", ())
        for unit in building["units"]
    )
