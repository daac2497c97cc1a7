"""What each service knows when requests are generated for it, so that some meet what exists."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

from services.notify.domain.kinds import Kind
from shared.auth.caller import Role
from shared.contracts.tickets import TicketState
from tests.component.dispatch.world import ALL_DAY, a_ticket
from tests.component.tickets.arranging import DEMO
from tests.support.component import Component
from tests.support.images import PDF
from tests.unit.notify.stories import Story, a_technician

Known = Mapping[str, Sequence[str]]


async def _tickets(made: Component) -> Known:
    async with made.http(role="admin", id="admin-1", site="*") as admin:
        (await admin.put("/v1/sites/demo", json=DEMO)).raise_for_status()
        (
            await admin.put("/v1/sites/demo/people/resident-1", json={"roles": ["resident"]})
        ).raise_for_status()
    tickets = []
    async with made.http(role="resident", id="resident-1") as resident:
        for _ in range(8):
            report = {"site_id": "demo", "category": "plumbing", "description": "厨房水管爆裂"}
            answer = await resident.post("/v1/tickets", json=report)
            tickets.append(answer.raise_for_status().json()["id"])
        sent = await resident.post(f"/v1/tickets/{tickets[0]}/attachments", files={"file": PDF})
        attachment = sent.raise_for_status().json()["id"]
    return {
        "attachment_id": [attachment],
        "ticket_id": tickets,
        "site_id": ["demo"],
        "person_id": ["resident-1"],
    }


async def _dispatch(made: Component) -> Known:
    async with made.http(role="admin", id="admin-1", site="*") as admin:
        for name in ("technician-1", "technician-2"):
            technician = {
                "name": "李师傅",
                "sites": ["demo"],
                "skills": [{"code": "plumbing"}, {"code": "lock"}],
                "shifts": ALL_DAY,
                "capacity": 5,
            }
            answer = await admin.put(f"/v1/technicians/{name}", json=technician)
            answer.raise_for_status()
        rules = {"modes": {"lock": "pool"}}
        (await admin.put("/v1/sites/demo/rules", json=rules)).raise_for_status()
        await made.hears(*(a_ticket() for _ in range(8)))
        await made.hears(*(a_ticket(category="lock") for _ in range(4)))
        await made.runs_due("hand_out")
        jobs = (await admin.get("/v1/jobs")).raise_for_status().json()["items"]
    return {
        "job_id": [job["id"] for job in jobs],
        "offer_id": [offer["id"] for job in jobs for offer in job["offers"]],
        "technician_id": ["technician-1", "technician-2"],
        "site_id": ["demo"],
    }


async def _sla(made: Component) -> Known:
    async with made.http(role="admin", id="admin-1", site="*") as admin:
        for path, body in (
            ("calendars/demo", {"time_zone": "Asia/Shanghai", "always_open": True}),
            ("policies/p1", {"site_id": "demo"}),
        ):
            (await admin.put(f"/v1/{path}", json=body)).raise_for_status()
    await made.hears(*(a_ticket() for _ in range(3)))
    return {"calendar_id": ["demo"], "policy_id": ["p1", "default"]}


async def _notify(made: Component) -> Known:
    endpoints = []
    for role in ("resident", "technician", "dispatcher"):
        async with made.http(role=role, id=f"{role}-1") as client:
            body = {"url": "http://127.0.0.1:9/", "kinds": [Kind.JOB_OFFERED]}
            answer = await client.post("/v1/endpoints", json=body)
            endpoints.append(answer.raise_for_status().json()["id"])
    story = Story(datetime.now(UTC))
    await made.hears(*story.begun(), a_technician(f"{Role.TECHNICIAN}-1"))
    await made.hears(story.offered(f"{Role.TECHNICIAN}-1"))
    await made.hears(story.accepted(f"{Role.TECHNICIAN}-1"))
    await made.hears(story.ticket(TicketState.ASSIGNED))
    async with made.http(role="resident", id="resident-1") as resident:
        inbox = (await resident.get("/v1/inbox")).raise_for_status().json()["items"]
    return {
        "endpoint_id": endpoints,
        "message_id": [message["id"] for message in inbox],
        "recipient_id": ["resident-1", "technician-1"],
    }


WORLDS: Mapping[str, Callable[[Component], Awaitable[Known]]] = {
    "tickets": _tickets,
    "dispatch": _dispatch,
    "sla": _sla,
    "notify": _notify,
}
