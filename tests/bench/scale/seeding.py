"""What both instances begin with: sites, technicians, and tickets that went their way through the services, to be copied."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from tests.bench.flow import Flow
from tests.bench.reports import site_body
from tests.bench.scale.filling import Templates

_SEED = "scale-0000"
_TRADE = "crane"
"""No technician has it, so that such a ticket stays open and its job waits."""
_LIVING = 4
_ENDED_PER_S, _SECONDS = 6, 5


def seed(flow: Flow, *, sites: int) -> None:
    """Make the sites, and the tickets that are to be copied."""
    flow.run("whole", rate=_ENDED_PER_S, seconds=_SECONDS)
    for number in range(sites):
        flow.instance.send("PUT", "tickets", f"/v1/sites/scale-{number:04}", _site(f"scale-{number:04}"))
    flow.instance.send("PUT", "sla", f"/v1/calendars/{_SEED}", {"time_zone": "Asia/Shanghai", "always_open": True})
    for number in range(_LIVING):
        report = {
            "site_id": _SEED,
            "category": _TRADE,
            "description": f"The crane stands still, for the {number + 1}. time",
            "reporter_id": "r",
        }
        flow.instance.send("POST", "tickets", "/v1/tickets", report)
    flow.run("offer", rate=2, seconds=1)  # ends when every service has heard of everything


async def find_templates(urls: Mapping[str, str]) -> Templates:
    connection = await asyncpg.connect(urls["tickets"])
    try:
        return Templates(
            ended=[row["id"] for row in await connection.fetch("select id from tickets where state = 'closed'")],
            living=[row["id"] for row in await connection.fetch("select id from tickets where site_id = $1", _SEED)],
        )
    finally:
        await connection.close()


def _site(site: str) -> dict[str, Any]:
    body = site_body(site)
    trade = {
        "code": _TRADE,
        "names": {"en": _TRADE},
        "skills": [{"code": _TRADE, "level": 5}],
        "priority": "normal",
        "expected_minutes": 60,
    }
    return {**body, "code": site.upper().replace("-", ""), "categories": [*body["categories"], trade]}
