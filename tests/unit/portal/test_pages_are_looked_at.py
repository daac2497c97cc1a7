"""No page is forgotten where pages are looked at."""

from tests.support.portal_pages import PAGES, page_routes

_NO_PAGES = (
    "/",  # leads to the first page of whoever comes
    "/files/",
    "/login/demo",
)
"""What a browser gets from pages, and does not show."""


def test_every_page_is_looked_at() -> None:
    looked_at = [page.pattern for page in PAGES]
    missing = {
        route.path
        for route in page_routes()
        if route.path != _NO_PAGES[0]
        and not route.path.startswith(_NO_PAGES[1:])
        and not any(route.path_regex.match(pattern) for pattern in looked_at)
    }

    assert missing == set()
