"""The way to the next page of a list."""

from urllib.parse import urlencode

from services.portal.adapters.apis import Answer
from services.portal.pages.page import Page


def next_page(page: Page, answer: Answer, at: str) -> str | None:
    """Return the address that shows the next part of the answer's list; None where there is no
    more. The list is at the path `at`, and asked for as this page is: an answer to a form is at
    another path, and asked for nothing.
    """
    if answer.next_cursor is None:
        return None
    kept = [each for each in page.request.query_params.multi_items() if each[0] != "cursor"]
    return f"{at}?{urlencode([*kept, ('cursor', answer.next_cursor)])}"
