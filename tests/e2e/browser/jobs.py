"""Jobs in the hands of the demo's technician, on the real processes, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from fettle.up.demo_people import TECHNICIAN
from fettle.up.instance import Instance
from tests.support.eventually import eventually

NOT_KEPT = httpx.Limits(max_keepalive_connections=0)
"""Of clients that rest for seconds: a service may close what was kept just as they send again."""
SITE = "demo"
_ALL_DAY = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]
_OTHER = "jobs-other"


@dataclass
class Jobs:
    """Speaks to the services as the people of the site."""

    instance: Instance
    http: httpx.AsyncClient
    site: str = SITE
    _held_before: frozenset[str] = frozenset()

    async def hire(self) -> None:
        """Let the demo's technician hold many jobs, and have another technician beside him."""
        skills = [{"code": code, "level": 3} for code in ("plumbing", "electrical", "lift")]
        body = {"sites": [self.site], "skills": skills, "shifts": _ALL_DAY, "capacity": 20}
        for id, name in ((TECHNICIAN, "李强"), (_OTHER, "陈海燕")):
            await self.ask(
                "PUT", "dispatch", f"/v1/technicians/{id}", {"name": name, **body}, role="admin"
            )
        self._held_before = frozenset(await self._held())

    async def accepted(self, unit: str) -> tuple[str, str]:
        """Return the ids of a ticket and its job, which the demo's technician has accepted."""
        ticket_id, job_id = await self.waiting(unit)
        await self.assign(job_id, TECHNICIAN)
        return ticket_id, job_id

    async def waiting(self, unit: str) -> tuple[str, str]:
        """Return the ids of a new ticket and its job."""
        report = {
            "site_id": self.site,
            "category": "electrical",
            "unit": unit,
            "description": f"{unit} 的插座没有电",
        }
        ticket = await self.ask("POST", "tickets", "/v1/tickets", report, role="resident")

        async def job() -> str:
            found = await self.ask("GET", "dispatch", f"/v1/jobs?ticket_id={ticket['id']}")
            return str(found["items"][0]["id"]) if found["items"] else ""

        return str(ticket["id"]), await eventually(job)

    async def assign(self, job_id: str, technician: str) -> None:
        """Have the technician accept the job, whoever was asked before."""
        offer_id = await self.offer(job_id, technician)
        path = f"/v1/offers/{offer_id}/accept"
        await self.ask("POST", "dispatch", path, {}, role="technician", id=technician)

    async def offer(self, job_id: str, technician: str) -> str:
        """Hold the job out to the technician, whoever was asked before; return the offer."""

        async def offer() -> str:
            job = await self.job(job_id)
            if job["state"] == "offered":
                await self.ask("POST", "dispatch", f"/v1/jobs/{job_id}/withdraw", {})
            answer = await self._asked(
                "POST",
                "dispatch",
                f"/v1/jobs/{job_id}/assign",
                {"technician_id": technician, "overrule": "换班"},
            )
            offers = answer.json().get("offers", []) if answer.is_success else []
            return next((str(each["id"]) for each in offers if each["state"] == "open"), "")

        return await eventually(offer)

    async def give_to_another(self, job_id: str) -> None:
        """Take the job away from the demo's technician, and have another accept it."""
        await self.ask("POST", "dispatch", f"/v1/jobs/{job_id}/withdraw", {})
        await self.assign(job_id, _OTHER)

    async def take_all_back(self) -> None:
        """Leave the demo's technician with what they held before they were hired."""
        for id in await self._held():
            if id not in self._held_before:
                await self.ask("POST", "dispatch", f"/v1/jobs/{id}/withdraw", {})

    async def _held(self) -> list[str]:
        path, role = "/v1/me/jobs", "technician"
        held = await self.ask("GET", "dispatch", path, role=role, id=TECHNICIAN)
        return [str(job["id"]) for job in held["items"]]

    async def job(self, job_id: str) -> Any:
        return await self.ask("GET", "dispatch", f"/v1/jobs/{job_id}")

    async def states(self, job_id: str) -> list[str]:
        """Return the states that the job went through since its technician took it."""
        states = [step["state"] for step in (await self.job(job_id))["steps"]]
        return states[len(states) - states[::-1].index("accepted") - 1 :]

    async def said(self, ticket_id: str) -> Sequence[tuple[str, bool]]:
        """Return what was written on the ticket, each with whether residents read it."""
        path = f"/v1/tickets/{ticket_id}/timeline?limit=200"
        lines = (await self.ask("GET", "tickets", path))["items"]
        return [(each["text"], each["public"]) for each in lines if each["text"]]

    async def attachments(self, ticket_id: str) -> list[str]:
        ticket = await self.ask("GET", "tickets", f"/v1/tickets/{ticket_id}")
        return [each["id"] for each in ticket["attachments"]]

    async def ask(
        self,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        role: str = "dispatcher",
        id: str = "wang",
    ) -> Any:
        answer = await self._asked(method, service, path, body, role=role, id=id)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json() if answer.content else None

    async def _asked(
        self,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        role: str = "dispatcher",
        id: str = "wang",
    ) -> httpx.Response:
        # a site is made by an admin of all of them
        token = self.instance.token(role, id, "*" if role == "admin" else self.site)
        return await self.http.request(
            method,
            self.instance.url(service) + path,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
