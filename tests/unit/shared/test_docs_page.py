"""The page `/docs` says what a body is, whichever way its schema puts it."""

from typing import Any

import pytest

from shared.http.docs_page import docs_page


def a_document(schema: dict[str, Any]) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema}}}
    put = {"requestBody": body, "responses": {}}
    return {"info": {"title": "toys", "version": "1"}, "paths": {"/v1/toys": {"put": put}}}


ONE = {"$ref": "#/components/schemas/ToyIn"}
LIST = {"type": "array", "items": ONE}
LINK = '<a href="#ToyIn"><code>ToyIn</code></a>'


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (ONE, LINK),
        (LIST, f"list of {LINK}"),
        ({"oneOf": [LIST, ONE]}, f"list of {LINK} or {LINK}"),
        ({"type": "string"}, "application/json"),
    ],
)
def test_a_body_is_named_with_links(schema: dict[str, Any], said: str) -> None:
    page = docs_page(a_document(schema))

    assert f"<tr><td>body<td colspan=2>{said}" in page
