"""Lists of the services in pages."""

from urllib.parse import parse_qs, urlsplit

from services.portal.pages.page import Answer


def next_cursor(answer: Answer) -> str | None:
    """Return the cursor of the next page, which the answer's `Link` names; None on the last."""
    link = answer.headers.get("link", "")
    if 'rel="next"' not in link:
        return None
    query = urlsplit(link[link.find("<") + 1 : link.find(">")]).query
    return next(iter(parse_qs(query).get("cursor", [])), None)
