"""Set up the day through the public APIs: sites, their promises and desks, technicians, apps."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from demo.api_bodies import technician_body
from demo.api_client import ApiClient
from demo.audit.hours import Hours
from demo.audit.promises import Terms
from demo.day.mails import addresses
from demo.day.plan import Day
from demo.day.sites import Site, body_of, calendar_body, policy_body, rules_body
from demo.setup import require
from demo.technicians import Technician

MAX_CONCURRENT = 12
APPS = 0.5
"""Share of residents who have an app that hears of everything."""


def with_apps(day: Day) -> list[str]:
    """Return the residents who have an app, by id. Pure; the seed decides."""
    residents = dict.fromkeys(report.request.reporter_id for report in day.reports)
    return [each for each in residents if Random(f"{day.seed}/app/{each}").random() < APPS]


class SetUp:
    """`admin` is the Authorization of an admin of every site; `auth_of` that of a resident."""

    def __init__(
        self,
        api: ApiClient,
        day: Day,
        *,
        admin: str,
        auth_of: Callable[[str], str],
        url_of: Callable[[str], str],
    ) -> None:
        self._api, self._day, self._admin = api, day, admin
        self._auth_of, self._url_of = auth_of, url_of
        self._room = asyncio.Semaphore(MAX_CONCURRENT)
        self.secrets: dict[str, str] = {}
        """Of webhooks, by the endpoint's owner."""

    async def do(self, hours: Mapping[str, Hours], terms: Mapping[str, Terms]) -> None:
        """Set everything up. Raises SetupFailed and Unreachable, in a group."""
        async with asyncio.TaskGroup() as group:
            for site in self._day.sites:
                group.create_task(self._site(site, hours[site.id], terms[site.id]))
        async with asyncio.TaskGroup() as group:
            for area, crew in self._day.crews.items():
                theirs = [site.id for site in self._day.sites if site.area == area]
                for technician in crew:
                    group.create_task(self._hire(technician, theirs))
            for resident, address in addresses(self._day).items():
                group.create_task(self._contact(resident, address))
            for resident in with_apps(self._day):
                group.create_task(self._endpoint(resident, auth=self._auth_of(resident)))

    async def _site(self, site: Site, hours: Hours, terms: Terms) -> None:
        async with self._room:
            reported = [report.request for report in self._day.reports_at(site)]
            await self._put("tickets", f"/v1/sites/{site.id}", body_of(site, reported))
            await self._put("sla", f"/v1/calendars/{site.id}", calendar_body(site, hours))
            await self._put("sla", f"/v1/policies/{site.id}", policy_body(site, terms))
            rules = rules_body(site, self._day.pace)
            await self._put("dispatch", f"/v1/sites/{site.id}/rules", rules)
            listening = {
                "language": site.profile.language,
                "audience": [{"role": "dispatcher", "site": site.id}],
            }
            await self._put("notify", f"/v1/recipients/{site.desk}", listening)
        await self._endpoint(site.desk, auth=self._admin)

    async def _hire(self, technician: Technician, site_ids: Sequence[str]) -> None:
        async with self._room:
            path = f"/v1/technicians/{quote(technician.id, safe='')}"
            body = {**technician_body(technician, site_id=site_ids[0]), "sites": [*site_ids]}
            await self._put("dispatch", path, body)
        await self._endpoint(technician.id, auth=self._admin)

    async def _contact(self, resident: str, address: str) -> None:
        async with self._room:
            path = f"/v1/recipients/{quote(resident, safe='')}"
            auth = self._auth_of(resident)
            given = await self._api.put("notify", path, {"email": address}, auth=auth)
            require(given, f"the address of {resident}")

    async def _endpoint(self, owner: str, *, auth: str) -> None:
        """Register an endpoint for all kinds of message."""
        async with self._room:
            body = {"owner": owner, "url": self._url_of(owner)}
            registered = await self._api.post("notify", "/v1/endpoints", body, auth=auth)
            require(registered, f"the endpoint of {owner}")
            while "secret" not in registered.body:  # it was in an answer that did not come through
                rotate = f"/v1/endpoints/{registered.body['id']}/secret:rotate"
                registered = await self._api.post("notify", rotate, auth=auth)
                require(registered, f"the secret of {owner}")
            self.secrets[owner] = str(registered.body["secret"])

    async def _put(self, service: str, path: str, body: Mapping[str, Any]) -> None:
        require(await self._api.put(service, path, body, auth=self._admin), path)
