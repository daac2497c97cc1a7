"""No page is forgotten where pages are looked at."""

import re

from tests.support.portal_pages import PAGES, page_routes

_NO_PAGES = re.compile(
    r"/|/login/(demo|oidc|oidc/back)|/api/.*|.*/live|.*/files/.*|.*\.(csv|ics)|/ops/tickets/.*/assign"
    r"|/login/link/.*|/t/.*/{part}|.*/template|/ops/dead-letters/.*|/ops/map"
)
"""Ways to other pages, files and data; the same pages as of a ticket, by a link; and a dead letter,
of which a morning that goes well has none.
"""


def test_every_page_is_looked_at() -> None:
    looked_at = [page.pattern for page in PAGES]
    missing = {
        route.path
        for route in page_routes()
        if not _NO_PAGES.fullmatch(route.path)
        and not any(route.path_regex.match(pattern) for pattern in looked_at)
    }

    assert missing == set()
