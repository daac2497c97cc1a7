"""A technician as staff put them into the list."""

from typing import Any

from tests.support.component import Component

MONDAY_SHIFT = {"weekday": 1, "start": "08:00", "end": "16:00"}
LI: dict[str, Any] = {
    "name": "Li Wei",
    "sites": ["demo"],
    "skills": [{"code": "plumbing", "level": 2}],
    "home": {"lat": 31.23, "lon": 121.47},
    "capacity": 3,
    "shifts": [{"weekday": 1, "start": "00:00", "end": "24:00"}],
}


async def keep(
    dispatch: Component,
    method: str,
    path: str,
    body: Any = None,
    *,
    role: str = "dispatcher",
    site: str = "demo",
) -> Any:
    async with dispatch.http(role=role, id="dana", site=site) as http:
        return await http.request(method, f"/v1/technicians{path}", json=body)
