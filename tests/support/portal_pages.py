"""Every page of the portal: as whom it is looked at, and where it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.routing import APIRoute

from services.portal.pages.every_page import ROUTERS
from tests.support.scene import Scene


@dataclass(frozen=True, kw_only=True)
class PageAt:
    """A page by its name in pictures; `path` names what of the scene stands in it."""

    name: str
    role: str | None
    path: str
    is_wall: bool = False

    def url(self, scene: Scene) -> str:
        names = {f"ticket.{name}": id for name, id in scene.tickets.items()}
        names |= {f"job.{name}": id for name, id in scene.jobs.items()}
        names |= {"offer": scene.offer_id, "code": scene.place_code, "link": scene.link}
        names |= {"endpoint": scene.endpoint_id}
        return re.sub(r"\{([^}]+)\}", lambda found: names[found[1]], self.path)

    @property
    def pattern(self) -> str:
        """Return the path without what stands in it, to find its route by."""
        return re.sub(r"\{[^}]+\}", "x", self.path.partition("?")[0])


def _of(role: str | None, pages: dict[str, str]) -> Iterator[PageAt]:
    for name, path in pages.items():
        yield PageAt(name=name, role=role, path=path, is_wall="wall=1" in path)


PAGES = (
    *_of(
        None,
        {"login": "/login", "sent": "/login/sent", "place": "/q/{code}", "link": "/t/{link}"},
    ),
    *_of(
        "resident",
        {
            "home": "/r",
            "report": "/r/report",
            "my-tickets": "/r/tickets",
            "track-working": "/r/tickets/{ticket.working}",
            "track-done": "/r/tickets/{ticket.resolved}",
            "track-desk": "/r/tickets/{ticket.desk}",
            "cancel": "/r/tickets/{ticket.desk}/cancel",
            "appointment": "/r/tickets/{ticket.working}/appointment",
            "reopen": "/r/tickets/{ticket.resolved}/reopen",
            "inbox": "/r/inbox",
            "me": "/me",
        },
    ),
    *_of(
        "technician",
        {
            "today": "/w",
            "offer": "/w/offers/{offer}",
            "job": "/w/jobs/{job.own}",
            "pool": "/w/pool",
        },
    ),
    *_of(
        "dispatcher",
        {
            "board": "/ops",
            "wall": "/ops?wall=1",
            "tickets": "/ops/tickets",
            "ticket": "/ops/tickets/{ticket.overdue}",
            "ticket-working": "/ops/tickets/{ticket.working}",
            "merge": "/ops/tickets/{ticket.overdue}/merge",
            "assign": "/ops/jobs/{job.overdue}/assign",
            "new": "/ops/new",
            "map": "/ops/map/demo",
            "messages": "/ops/messages",
            "labels": "/ops/labels",
            "poster": "/ops/labels/poster?code={code}",
            "endpoints": "/ops/endpoints",
            "unreachable": "/ops/messages?tab=people",
            "import": "/ops/import",
        },
    ),
    *_of(
        "manager",
        {
            "manager": "/m",
            "compliance": "/m/compliance",
            "promises": "/m/promises",
            "weekly": "/m/report",
            "daily": "/m/report?period=today",
        },
    ),
    *_of(
        "admin",
        {
            "people": "/ops/people",
            "invite": "/ops/people/new",
            "account": "/ops/people/account/demo-resident",
            "remove": "/ops/people/account/demo-resident/remove",
            "integrations": "/ops/people/integrations",
            "endpoint": "/ops/endpoints/{endpoint}",
            "settings": "/ops/settings",
            "settings-site": "/ops/settings/demo/site",
            "settings-category": "/ops/settings/demo/categories/plumbing",
            "settings-rules": "/ops/settings/demo/rules",
            "settings-policy": "/ops/settings/demo/policies/demo-heating",
            "settings-calendar": "/ops/settings/demo/calendars/demo",
            "dead-letters": "/ops/dead-letters",
        },
    ),
    *_of("dispatcher", {"kit": "/kit?face=ops"}),
    *_of("resident", {"kit-resident": "/kit?face=r"}),
)


def page_routes() -> list[APIRoute]:
    """Return the routes that show something."""
    return [
        route
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]


def pages_that_are_there() -> list[PageAt]:
    """Return the pages that have a route."""
    routes = page_routes()
    return [page for page in PAGES if any(r.path_regex.match(page.pattern) for r in routes)]
