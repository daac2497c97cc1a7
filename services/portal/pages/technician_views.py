"""How a technician's jobs are shown: place first, in words, with the site's own names."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.adapters.apis import Away, Missing, Refusal
from services.portal.adapters.moments import clock, day_clock, zone_of
from services.portal.domain.own_job import Due, OwnJob
from services.portal.domain.place_words import place_name
from services.portal.domain.technician_day import Walk, walk_between
from services.portal.pages.page import Page, Problem
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Place
from shared.ids import PersonId

Site = Mapping[str, Any]
_PERSON_FIELD = "Fettle-Person"
"""On pages that the phone keeps for when there is no signal: whose they are."""


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """A job with what is said of it: `more` is what the place's own name leaves out."""

    job: OwnJob
    place: str
    more: str
    category: str
    walk: Walk | None
    due: Due | None

    @property
    def href(self) -> str:
        return f"/w/jobs/{self.job.id}"


class Sites:
    """The sites that a page speaks of; one that tickets cannot tell of now has no names."""

    def __init__(self, page: Page, dues: Mapping[UUID, Due] = MappingProxyType({})) -> None:
        self._page, self._dues = page, dues
        self._known: dict[str, Site] = {}

    async def get(self, site_id: str) -> Site:
        if site_id not in self._known:
            try:
                self._known[site_id] = await self._page.site(site_id)
            except (Away, Refusal):
                self._known[site_id] = {}
        return self._known[site_id]

    async def zone(self, jobs: Sequence[OwnJob]) -> str | None:
        """Return the zone that times are told in: of the first job's site, else of the first at
        which the visitor works.
        """
        grants = (grant.site for grant in self._page.visitor.grants if grant.site != "*")
        site_id = next((job.site_id for job in jobs), None) or next(iter(grants), None)
        return None if site_id is None else (await self.get(site_id)).get("time_zone")

    async def lines(self, jobs: Sequence[OwnJob], *, start: Place | None) -> list[JobLine]:
        """Return the jobs as lines, in their order: each with the way from the one before."""
        found = []
        for job in jobs:
            found.append(await self.line(job, start=start))
            start = job.place if job.place.lat is not None else start
        return found

    async def line(self, job: OwnJob, *, start: Place | None = None) -> JobLine:
        site = await self.get(job.site_id)
        return JobLine(
            job=job,
            place=place_words(self._page, site, job.place),
            more=place_said(job.place),
            category=category_words(self._page, site, job.category),
            walk=walk_between(start, job.place),
            due=self._dues.get(job.ticket_id) or _due_of(job),
        )


def _due_of(job: OwnJob) -> Due | None:
    """Return what dispatch knows of what was promised, where sla has not said it."""
    if job.due_at is None:
        return None
    return Due(kind=ClockKind.RESOLUTION if job.there_since() else ClockKind.ARRIVAL, at=job.due_at)


def place_words(page: Page, site: Site, place: Place) -> str:
    """Return the place in few words, such as 3号楼 1202."""
    name = place_name(site, place)
    # a building without a name is called by its number
    building = name.building
    if building and building == place.building:
        building = page.t("technician-building", code=building)
    if name.unit and name.entrance:
        return page.t(
            "technician-place-entrance", building=building, entrance=name.entrance, unit=name.unit
        )
    if name.unit:
        return page.t("technician-place-unit", building=building, unit=name.unit)
    return name.spot or building or name.words or page.t("technician-place-unknown")


def place_said(place: Place) -> str:
    """Return what was said of the place beside what the site knows of it."""
    said = (place.unit_said, place.spot_said, place.address if place.unit or place.spot else None)
    return " · ".join(dict.fromkeys(each for each in said if each))


def category_words(page: Page, site: Site, code: str) -> str:
    """Return what the site calls the category; its code where it has no name."""
    for category in site.get("categories", ()):
        if category["code"] == code:
            names = category.get("names") or {}
            return str(names.get(page.language) or next(iter(names.values()), code))
    return code


def clock_words(page: Page, at: datetime, zone: str | None, *, with_day: bool = False) -> str:
    """Return the moment as `07:08`, or with its day where that is not today."""
    context: Any = {"t": page.t, "now": page.now, "zone": zone}
    return day_clock(context, at) if with_day else clock(context, at)


def technician_id(page: Page) -> PersonId:
    """Return who is signed in."""
    assert page.visitor.person_id is not None  # noqa: S101 - for_roles lets no stranger in
    return page.visitor.person_id


def person_mark(page: Page) -> str:
    """Return a mark that tells people apart on one phone, and says of none who they are."""
    return hashlib.sha256(f"phone/{technician_id(page)}".encode()).hexdigest()[:20]


def over(page: Page, status: int, problem: Problem | None) -> Response:
    """Return the page of what is not the technician's any more: what became of it is said after
    they tried something, here or in what waits on the phone.
    """
    return page.render("technician/over.html", status, problem=problem, person=person_mark(page))


def to_keep(page: Page, response: Response) -> Response:
    """Return the page, marked to be kept on the phone of this person for when there is no
    signal.
    """
    response.headers[_PERSON_FIELD] = person_mark(page)
    return response


def listed(found: Sequence[Any] | Missing) -> list[Any]:
    """Return what was found; nothing while its service is away."""
    return [] if isinstance(found, Missing) else list(found)


def zone_info(zone: str | None) -> Any:
    return zone_of(zone)
