"""Names by which others know the portal: bookmarks, labels on walls, mails that were sent, and
programs that look at its pages.
"""

import pytest
from fastapi.routing import APIRoute

from services.portal.adapters.rendering import TEMPLATES
from services.portal.pages.every_page import ROUTERS

_PAGES = (
    *("/", "/r", "/r/report", "/r/tickets", "/r/tickets/{id}", "/r/inbox", "/t/{link}"),
    *("/q/{code}", "/w", "/w/offers/{id}", "/w/jobs/{id}", "/w/pool", "/ops", "/ops/tickets"),
    *("/ops/tickets/{id}", "/ops/jobs/{id}/assign", "/ops/map/{site}", "/ops/messages"),
    *("/ops/people", "/ops/labels", "/ops/endpoints", "/ops/dead-letters", "/ops/import"),
    *("/ops/settings", "/m", "/m/compliance", "/m/report", "/me", "/login", "/login/demo"),
)
_FORMS = (
    *("/logout", "/r/report", "/ops/jobs/{id}/assign"),
    *(
        f"/r/tickets/{{id}}/{deed}"
        for deed in ("confirm", "cancel", "urge", "reopen", "rating", "comments", "appointment")
    ),
    *(f"/w/offers/{{id}}/{verb}" for verb in ("accept", "decline")),
    *(f"/w/jobs/{{id}}/{verb}" for verb in ("travel", "arrive", "start", "pause", "resume")),
    *(f"/w/jobs/{{id}}/{verb}" for verb in ("complete", "return", "follow-up", "grab")),
)
_MARKS = (
    *("report-photo", "report-category-", "report-text", "report-send", "ticket-state"),
    *("ticket-who", "ticket-when", "ticket-confirm", "ticket-urge", "rate-{{ code }}-{{ n }}"),
    *("offer-card", "offer-accept", "offer-decline", "offer-countdown", "job-step-"),
    *("outbox-count", "outbox-item", "board-open", "board-risk", "board-breached", "board-row"),
    *("assign-row-{{ id }}", "assign-reasons", "import-file", "import-preview"),
    *("import-problem", "import-apply", "lang-switch"),
)


@pytest.mark.parametrize(("method", "paths"), [("GET", _PAGES), ("POST", _FORMS)])
def test_pages_and_forms_are_where_they_were(method: str, paths: tuple[str, ...]) -> None:
    there = [
        route
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and method in (route.methods or ())
    ]

    gone = [path for path in paths if not any(each.path_regex.match(path) for each in there)]

    assert gone == []


def test_what_programs_look_for_is_marked_as_it_was() -> None:
    templates = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))

    assert [mark for mark in _MARKS if f'"{mark}"' not in templates] == []
