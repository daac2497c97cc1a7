"""Set up a run's site through the public APIs: promises, rules, technicians and their webhooks."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Protocol
from urllib.parse import quote

from demo.api_bodies import calendar_body, policy_body, rules_body, site_body, technician_body
from demo.api_client import ApiClient, ApiResponse
from demo.scenario import Scenario
from demo.technicians import Technician
from fettle.issuer import Issuer

KINDS = [
    "job.offered",
    "job.accepted",
    "offer.withdrawn",
    "offer.lost",
    "job.cancelled",
    "job.changed",
]
"""Webhooks that every technician's endpoint subscribes to."""
MAX_CONCURRENT_HIRES = 16


class Bearer(Protocol):
    """Return what goes into Authorization for a person in a role at the run's site."""

    def __call__(self, role: str, person: str, *units: str) -> str: ...


class SetupFailed(Exception):
    """A service refused a part of the site."""


def bearer_of(issuer: Issuer, site_id: str) -> Bearer:
    """Return the source of tokens for one site, each made once by the instance's own issuer."""

    @cache
    def bearer(role: str, person: str, *units: str) -> str:
        return f"Bearer {issuer.token(person, [(role, site_id)], units=units)}"

    return bearer


async def set_up_site(
    api: ApiClient, scenario: Scenario, bearer: Bearer, url_of: Callable[[str], str]
) -> dict[str, str]:
    """Return the webhook secrets by technician; `url_of` is where each one's webhooks go.

    Raises SetupFailed and Unreachable.
    """
    site_id, admin = scenario.site_id, bearer("admin", f"{scenario.site_id}-admin")
    secrets: dict[str, str] = {}
    hiring = asyncio.Semaphore(MAX_CONCURRENT_HIRES)

    async def put(service: str, path: str, body: dict[str, object], what: str) -> None:
        require(await api.put(service, path, body, auth=admin), what)

    async def hire(technician: Technician) -> None:
        async with hiring:
            path = f"/v1/technicians/{quote(technician.id, safe='')}"
            body = technician_body(technician, site_id=site_id)
            await put("dispatch", path, body, technician.id)
            endpoint = {"owner": technician.id, "url": url_of(technician.id), "kinds": KINDS}
            registered = await api.post("notify", "/v1/endpoints", endpoint, auth=admin)
            require(registered, f"the endpoint of {technician.id}")
            while "secret" not in registered.body:  # it was in an answer that did not come through
                rotate = f"/v1/endpoints/{registered.body['id']}/secret:rotate"
                registered = await api.post("notify", rotate, auth=admin)
                require(registered, f"the secret of {technician.id}")
            secrets[technician.id] = str(registered.body["secret"])

    site = site_body(scenario.site, scenario.requests, code=scenario.site_code)
    await put("tickets", f"/v1/sites/{site_id}", site, "the site")
    calendar = calendar_body(scenario.site, site_id=site_id)
    await put("sla", f"/v1/calendars/{site_id}", calendar, "the calendar")
    policy = policy_body(scenario.pace, site_id=site_id)
    await put("sla", f"/v1/policies/{site_id}", policy, "the policy")
    listening: dict[str, object] = {"audience": [{"role": "dispatcher", "site": site_id}]}
    await put("notify", f"/v1/recipients/{site_id}-desk", listening, "the desk")
    await put("dispatch", f"/v1/sites/{site_id}/rules", rules_body(scenario.pace), "the rules")
    async with asyncio.TaskGroup() as group:
        for technician in scenario.technicians:
            group.create_task(hire(technician))
    return secrets


def require(answer: ApiResponse, what: str) -> None:
    """Raise SetupFailed for a refusal of `what`."""
    if not answer.good:
        raise SetupFailed(f"{what} was refused: {answer.why}")
