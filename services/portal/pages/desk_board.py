"""`/ops`: the live board, at a desk or on a wall."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.domain.desk.rows import CrewRow, Row, asked_about, crew_rows, in_hand, rows
from services.portal.domain.desk.views import (
    CREW,
    LEDGERS,
    QUEUE,
    Counts,
    Crew,
    Ledger,
    Queue,
    QueueLine,
)
from services.portal.pages.desk_sites import DeskSites, categories_of, desk_sites, places_of
from services.portal.pages.desk_words import Words
from services.portal.pages.next_page import next_page
from services.portal.pages.page import Desk, Missing, Page, page_router, parts

router = page_router()

VIEWS: Mapping[str, str] = {
    "risk": "at_risk",
    "breached": "breached",
    "unassignable": "unassignable",
    "unheard": "unheard",
}
"""The words of addresses for the views of the queue."""
_ROWS, _ROWS_ON_WALL = 40, 7


@router.get("/ops")
async def board(page: Desk, show: str = "", wall: str = "", cursor: str | None = None) -> Response:
    """Show what falls due next at the desk's sites, how much there is of what, and the crew."""
    sites = await desk_sites(page)
    on_wall = wall not in ("", "0")
    query: dict[str, Any] = {
        "site": sites.chosen,
        "view": VIEWS.get(show),
        "cursor": cursor,
        "limit": _ROWS_ON_WALL if on_wall else _ROWS,
    }
    listening = {"site": sites.chosen} if sites.chosen else {"unheard": "true"}
    name = (*sites.ids, query["view"], on_wall)
    expected = [] if cursor else page.state.boards.get(name) or []
    answered, crew, audiences, ledgers = await parts(
        page.apis.tickets.answer("GET", "/v1/queue", **query),
        _crew(page, sites),
        page.apis.notify.get("/v1/audiences", **listening),
        ledgers_of(page, expected),
    )
    queue = None if isinstance(answered, Missing) else QUEUE.validate_python(answered.json)
    ids = [line.id for line in queue.items] if queue else []
    if queue and not cursor:
        page.state.boards.put(name, ids)
    ledgers = await _with_those_of(page, ledgers, (id for id in ids if id not in expected))
    shown = await _shown(page, sites, queue, crew, ledgers)
    return page.render(
        "ops/board.html",
        zone=sites.zone,
        sites=sites,
        site_id=sites.chosen,
        show=show if show in VIEWS else "",
        wall=on_wall,
        tickets=answered,
        crew=crew,
        notify=audiences,
        unheard_sites=[] if isinstance(audiences, Missing) else _unheard(audiences["items"], sites),
        older=None if isinstance(answered, Missing) else next_page(page, answered, "/ops"),
        **vars(shown),
    )


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What stands on the board; `counts` is None while tickets is away."""

    words: Words
    counts: Counts | None
    rows: list[Row]
    crew_rows: list[CrewRow]
    places: Mapping[UUID, str]
    categories: Mapping[tuple[str, str], str]
    clocks: object
    """Missing while the strips are."""


async def _shown(
    page: Page,
    sites: DeskSites,
    queue: Queue | None,
    crew: Crew | Missing | None,
    ledgers: Mapping[UUID, Ledger] | Missing,
) -> _Shown:
    words = Words(page, sites.zone)
    known_crew = crew if isinstance(crew, Crew) else None
    lines = queue.items if queue else ()
    held = in_hand(known_crew) if known_crew else ()
    found_ledgers = {} if isinstance(ledgers, Missing) else ledgers
    return _Shown(
        words=words,
        counts=queue.counts if queue else None,
        rows=_rows(page, queue, known_crew, found_ledgers),
        crew_rows=crew_rows(
            known_crew,
            await places_of(page, words, [(j.ticket_id, j.site_id, j.place) for j in held]),
        )
        if known_crew
        else [],
        places=await places_of(
            page, words, [(each.id, each.site_id, each.place) for each in lines]
        ),
        categories=await categories_of(page, (line.site_id for line in lines)),
        clocks=ledgers,
    )


async def _with_those_of(
    page: Page, found: Mapping[UUID, Ledger] | Missing, ids: Iterable[UUID]
) -> Mapping[UUID, Ledger] | Missing:
    """Return the ledgers that were found, and those of these tickets; Missing while sla is away."""
    if isinstance(found, Missing):
        return found
    new = await ledgers_of(page, ids)
    return new if isinstance(new, Missing) else {**found, **new}


async def ledgers_of(page: Page, ids: Iterable[UUID]) -> dict[UUID, Ledger] | Missing:
    """Return how the time of these tickets' promises was spent, by ticket."""
    asked = [str(id) for id in ids]
    if not asked:
        return {}
    [found] = await parts(page.apis.sla.get("/v1/ledgers", ticket_id=asked))
    if isinstance(found, Missing):
        return found
    return {each.ticket_id: each for each in LEDGERS.validate_python(found["items"])}


def _rows(
    page: Page, queue: Queue | None, crew: Crew | None, ledgers: Mapping[UUID, Ledger]
) -> list[Row]:
    lines: Iterable[QueueLine] = queue.items if queue else ()
    return rows(lines, asked=asked_about(crew), ledgers=ledgers, now=page.now)


async def _crew(page: Page, sites: DeskSites) -> Crew | None:
    """Return the crew of the site that is looked at; none where it is all of them."""
    if sites.chosen is None:
        return None
    return CREW.validate_python(await page.apis.dispatch.get("/v1/crew", site=sites.chosen))


def _unheard(audiences: Iterable[Mapping[str, object]], sites: DeskSites) -> list[str]:
    """Return the names of the sites of whose work no one hears."""
    return [
        sites.name_of(str(each["site"]))
        for each in audiences
        if not each["listeners"] and each["site"] != "*"
    ]
