"""Technicians at the demo's site, reports, and what is made of them."""

from collections.abc import Sequence
from typing import Any

from shared.contracts import WorkOrderV1
from tests.support.portal import SITE, Browser, PortalUnderTest

_ALL_DAY = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]
HOME = {"lat": 31.2304, "lon": 121.4737}


async def a_crew(portal: PortalUnderTest, *ids: str, **rules: Any) -> list[Browser]:
    """Return a browser of each of these technicians, who are able to do plumbing at the site."""
    await portal.make_site()
    await portal.settle("dispatch", "sla", "notify")
    dispatch = await portal.service("dispatch")
    async with dispatch.http(role="dispatcher", id="dana") as http:
        if rules:
            answer = await http.put(f"/v1/sites/{SITE}/rules", json=rules)
            assert answer.status_code == 200, answer.text
        for id in ids:
            body = {
                "name": id.title(),
                "sites": [SITE],
                "skills": [{"code": "plumbing", "level": 3}],
                "capacity": 5,
                "shifts": _ALL_DAY,
                "home": HOME,
            }
            answer = await http.put(f"/v1/technicians/{id}", json=body)
            assert answer.status_code in (200, 201), answer.text
    await portal.settle()
    return [
        await portal.as_person(id, ("technician", SITE), name=id.title(), language="en")
        for id in ids
    ]


async def report(portal: PortalUnderTest, **more: Any) -> str:
    """Report a burst pipe as `wu`; return the ticket's id once all services know of it."""
    tickets = await portal.service("tickets")
    body = {
        "site_id": SITE,
        "category": "plumbing",
        "unit": "3-1202",
        "description": "The tap drips",
        **more,
    }
    async with tickets.http(role="resident", id="wu") as http:
        answer = await http.post("/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    await portal.settle()
    dispatch = await portal.service("dispatch")
    while await dispatch.runs_due("hand_out"):
        pass
    await portal.settle()
    return str(answer.json()["id"])


async def order_of(portal: PortalUnderTest, ticket_id: str) -> WorkOrderV1:
    """Return the newest that dispatch has said of the ticket."""
    dispatch = await portal.service("dispatch")
    told = [fact.snapshot for fact in await dispatch.said() if fact.subject_id == ticket_id]
    newest: WorkOrderV1 = max(told, key=lambda order: order.version)
    return newest


async def an_offer(portal: PortalUnderTest, ticket_id: str, technician: str) -> str:
    """Return the id of the technician's offer."""
    [job] = (await order_of(portal, ticket_id)).jobs
    return next(str(each.id) for each in job.offers if each.technician_id == technician)


async def a_job(portal: PortalUnderTest, technician: Browser, id: str, **more: Any) -> str:
    """Return the id of a job that the technician has accepted on their page."""
    ticket_id = await report(portal, **more)
    offer_id = await an_offer(portal, ticket_id, id)
    answer = await technician.submit(f"/w/offers/{offer_id}/accept", at="/w")
    assert answer.status_code == 303, answer.text
    await portal.settle()
    return answer.headers["location"].rsplit("/", 1)[1]


async def take(
    portal: PortalUnderTest, technician: Browser, job_id: str, verbs: Sequence[str]
) -> None:
    """Take these steps on the job's page, as it is without a script."""
    for verb in verbs:
        page = f"/w/jobs/{job_id}"
        answer = await technician.submit(f"{page}/{verb}", at=page)
        assert answer.status_code == 303, answer.text
        await portal.settle()
