"""The way to the next page of a list."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from services.portal.adapters.apis import Answer
from services.portal.pages.page import Page

_NEXT = re.compile(r'<([^>]+)>;\s*rel="?next"?')


def next_page(page: Page, answer: Answer) -> str | None:
    """Return the address of this page that shows the next part of the answer's list; None where
    there is no more.
    """
    found = _NEXT.search(answer.headers.get("link", ""))
    if found is None:
        return None
    cursor = parse_qs(urlsplit(found[1]).query).get("cursor", [""])[0]
    kept = [each for each in page.request.query_params.multi_items() if each[0] != "cursor"]
    return f"{page.request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
