"""A cursor that no list gave out is refused with words, whatever it decodes to."""

from base64 import urlsafe_b64encode

import pytest

from fettle.home import SERVICES
from shared.ids import new_id
from tests.architecture.test_every_route import doors
from tests.support.component import MakeComponent

_CURSORS = [
    urlsafe_b64encode(bytes([byte]) * length).rstrip(b"=").decode()
    for byte in (0, 0x7F, 0xFF)
    for length in (8, 12, 20, 24, 28, 32, 40)
]


_DAYS = {"from": "2026-01-01", "to": "2026-01-02"}


@pytest.mark.parametrize("service", SERVICES)
async def test_no_cursor_breaks_a_list(service: str, component: MakeComponent) -> None:
    made = await component(service)
    paths, refused, paged = made.app.openapi()["paths"], set[str](), set[str]()
    for door in doors(made):
        queries = {
            each["name"]: each.get("required")
            for each in paths.get(door.path, {}).get(door.method.lower(), {}).get("parameters", ())
            if each["in"] == "query"
        }
        if "cursor" not in queries:
            continue
        paged.add(door.path)
        needed = {name: _DAYS.get(name, str(new_id())) for name in queries if queries[name]}
        async with made.http(role=sorted(door.roles or ())[-1], id="somebody", site="*") as client:
            for cursor in _CURSORS:
                answer = await client.get(door.url, params={**needed, "cursor": cursor})
                assert answer.status_code in (200, 400, 404), f"{door.path} {cursor}: {answer.text}"
                refused |= {door.path} if "bad_cursor" in answer.text else set()

    assert refused == paged
