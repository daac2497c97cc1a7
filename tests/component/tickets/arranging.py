"""What the tests of tickets begin with: a site, people, and what dispatch would say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import TechnicianV1, WorkOrderV1
from shared.contracts.dispatch import JobState, JobStep, JobV1, OfferState, OfferV1, WorkOrderState
from shared.ids import derived_id, new_id
from tests.support.component import Component

DEMO: dict[str, Any] = {
    "code": "DEMO",
    "name": "Demo Gardens",
    "time_zone": "Asia/Shanghai",
    "lat": 31.2304,
    "lon": 121.4737,
    "categories": [
        {
            "code": "plumbing",
            "names": {"zh-CN": "水管", "en": "Plumbing"},
            "skills": [{"code": "plumbing"}],
        },
        {"code": "lift", "skills": [{"code": "lift"}], "priority": "urgent"},
        {
            "code": "lock",
            "skills": [{"code": "lock", "level": 2}],
            "questions": [{"code": "which_door"}, {"code": "since", "required": False}],
        },
        {"code": "other"},
    ],
    "buildings": [
        {"code": "3", "units": ["1201", "1202"], "lat": 31.2301, "lon": 121.4731},
        {"code": "5", "units": ["101"]},
    ],
    "spots": [
        {"code": "lobby-3", "name": "三号楼大堂", "building": "3", "lat": 31.23, "lon": 121.47}
    ],
}


@dataclass
class Tickets:
    """The service with its site `demo`; `resident-1` lives in 3-1202."""

    component: Component

    async def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        as_: str = "resident",
        **who: Any,
    ) -> Any:
        return await self.send("POST", path, body, status=status, as_=as_, **who)

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        as_: str = "resident",
        headers: Mapping[str, str] | None = None,
        **who: Any,
    ) -> Any:
        """One request; asserts the status and returns the JSON that came back."""
        who = {"id": f"{as_}-1", **who}
        async with self.component.http(role=as_, **who) as client:
            answer = await client.request(method, f"/v1/{path}", json=body, headers=headers)
        assert answer.status_code == status, (
            f"{method} {path} {body}: {answer.status_code} {answer.text}"
        )
        return answer.json() if answer.content else None

    async def open(
        self,
        *,
        as_: str = "resident",
        id: str | None = None,
        units: tuple[str, ...] = (),
        **more: Any,
    ) -> Any:
        """A new ticket, as it was answered."""
        who: dict[str, Any] = {"units": units} | ({"id": id} if id else {})
        body = {"site_id": "demo", "category": "plumbing", "description": "厨房水管漏水", **more}
        return await self.post("tickets", body, status=201, as_=as_, **who)

    async def get(
        self, ticket_id: str, *, status: int = 200, as_: str = "resident", **who: Any
    ) -> Any:
        return await self.send("GET", f"tickets/{ticket_id}", status=status, as_=as_, **who)

    async def said(self) -> list[str]:
        """The past tenses of what was said about tickets, in order."""
        return [
            fact.type.split(".")[2]
            for fact in await self.component.said()
            if fact.type.startswith("tickets.ticket.")
        ]


def an_order(
    ticket_id: str,
    state: WorkOrderState,
    *job_states: JobState,
    version: int = 2,
    cycle: int = 1,
    at: datetime,
    technician: str | None = "tech-1",
    reason: str | None = None,
    offered_to: Mapping[str, datetime] | None = None,
    planned_arrival: datetime | None = None,
) -> WorkOrderV1:
    """A work order of one job that went through `job_states`, a minute apart and the last of them
    at `at`.
    """
    id_ = UUID(ticket_id)
    steps = tuple(
        JobStep(
            at=at - timedelta(minutes=len(job_states) - 1 - n),
            state=job_state,
            technician_id=technician,
            reason=reason,
        )
        for n, job_state in enumerate(job_states)
    )
    offers = tuple(
        OfferV1(
            id=new_id(), technician_id=who, state=OfferState.OPEN, offered_at=at, expires_at=until
        )
        for who, until in (offered_to or {}).items()
    )
    holding = job_states[-1] not in {JobState.WAITING, JobState.OFFERED}
    job = JobV1(
        id=derived_id(id_, cycle, 1),
        cycle=cycle,
        state=job_states[-1],
        technician_id=technician if holding else None,
        planned_arrival=planned_arrival,
        reason=reason,
        paused_at_version=version if job_states[-1] is JobState.PAUSED else None,
        steps=steps,
        offers=offers,
    )
    return WorkOrderV1(
        id=id_, version=version, site_id="demo", observed=1, cycle=cycle, state=state, jobs=(job,)
    )


def a_technician(id: str = "tech-1", name: str = "Maria Lopez") -> TechnicianV1:
    return TechnicianV1(id=id, version=1, site_id="demo", name=name, sites=("demo",))
