"""One ticket, the whole road: reported, offered by a signed webhook, accepted, worked on, timed,
told, confirmed and rated.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx

from fettle.home import SERVICES
from fettle.up.instance import Instance
from tests.support.eventually import eventually
from tests.support.webhook_client import WebhookClient, webhook_client

_ALL_DAY = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]


def client(instance: Instance, service: str, role: str, subject: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {instance.token(role, subject, 'demo')}"}
    return httpx.AsyncClient(base_url=instance.url(service), headers=headers, timeout=20)


async def put_technician(
    instance: Instance, technician: str, skill: str, *, capacity: int = 3
) -> None:
    body = {
        "name": "李师傅",
        "sites": ["demo"],
        "skills": [{"code": skill, "level": 2}],
        "home": {"lat": 31.2304, "lon": 121.4737},
        "capacity": capacity,
        "shifts": _ALL_DAY,
    }
    async with client(instance, "dispatch", "dispatcher", "wang") as dispatch:
        for _ in range(2):  # repeatable
            answer = await dispatch.put(f"/v1/technicians/{technician}", json=body)
            assert answer.status_code in (200, 201), answer.text


async def register(
    instance: Instance, technician: str, hook: WebhookClient, *, kind: str = "job.offered"
) -> None:
    async with client(instance, "notify", "technician", technician) as notify:
        endpoint = {"owner": technician, "url": hook.url, "kinds": [kind]}
        answer = await notify.post("/v1/endpoints", json=endpoint)
        assert answer.status_code == 201, answer.text
        hook.secret = answer.json()["secret"]
        assert hook.secret is not None
        assert hook.secret.startswith("whsec_")


def a_report(**more: Any) -> dict[str, Any]:
    """Return a report of a leaking pipe. All tests of a process share the site: each has a
    category, and so technicians, of its own, or its tickets were offered to those of another.
    """
    return {
        "site_id": "demo",
        "category": "plumbing",
        "description": "厨房水管漏水",
        "unit": "3-1202",
        **more,
    }


async def state_of(tickets: httpx.AsyncClient, ticket: str) -> str:
    answer = await tickets.get(f"/v1/tickets/{ticket}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["state"])


async def test_a_ticket_walks_the_whole_road(instance: Instance) -> None:
    technician, resident = f"li-{uuid4().hex[:6]}", f"resident-{uuid4().hex[:6]}"
    async with (
        webhook_client() as hook,
        client(instance, "tickets", "resident", resident) as tickets,
        httpx.AsyncClient(timeout=20) as anybody,
    ):
        await register(instance, technician, hook)
        await put_technician(instance, technician, "plumbing")

        # reported
        key = {"Idempotency-Key": uuid4().hex}
        refused = await anybody.post(f"{instance.url('tickets')}/v1/tickets", json=a_report())
        assert refused.status_code == 401
        opened = await tickets.post("/v1/tickets", json=a_report(), headers=key)
        assert opened.status_code == 201, opened.text
        ticket = opened.json()["id"]
        assert opened.headers["location"] == f"/v1/tickets/{ticket}"
        again = await tickets.post("/v1/tickets", json=a_report(), headers=key)
        assert again.json()["id"] == ticket

        # offered and accepted
        offer = await hook.first("job.offered")
        assert offer["job"]["category"] == "plumbing"
        assert (await anybody.get(offer["accept_url"])).status_code == 405
        assert (
            await anybody.post(offer["accept_url"], headers={"Authorization": "Offer wrong.token"})
        ).status_code == 401
        accepted = await anybody.post(
            offer["accept_url"], headers={"Authorization": f"Offer {offer['token']}"}
        )
        assert accepted.status_code == 200, accepted.text
        assert accepted.json()["state"] == "accepted"
        late = await anybody.post(
            offer["decline_url"],
            headers={"Authorization": f"Offer {offer['token']}"},
            json={"reason": "too far"},
        )
        assert late.status_code == 409
        job = accepted.json()["job_id"]

        async def assigned() -> bool:
            return await state_of(tickets, ticket) == "assigned"

        await eventually(assigned)

        # worked on
        as_technician = {
            "Authorization": f"Bearer {instance.token('technician', technician, 'demo')}"
        }
        as_resident = {"Authorization": f"Bearer {instance.token('resident', resident, 'demo')}"}
        for verb in ("travel", "arrive", "start"):
            url = f"{instance.url('dispatch')}/v1/jobs/{job}/{verb}"
            assert (await anybody.post(url, json={}, headers=as_resident)).status_code in (403, 404)
            step = await anybody.post(url, json={}, headers=as_technician)
            assert step.status_code == 200, step.text
        done = await anybody.post(
            f"{instance.url('dispatch')}/v1/jobs/{job}/complete",
            json={"note": "换了角阀", "minutes": 25, "parts": [], "photos": [], "signature": None},
            headers={"Authorization": f"Job {accepted.json()['job_token']}"},
        )
        assert done.status_code == 200, done.text

        async def resolved() -> bool:
            return await state_of(tickets, ticket) == "resolved"

        await eventually(resolved)

        # seen by nobody else
        async with client(instance, "tickets", "resident", "somebody-else") as other:
            assert (await other.get(f"/v1/tickets/{ticket}")).status_code == 404

        # confirmed and rated
        confirmed = await tickets.post(f"/v1/tickets/{ticket}/confirm")
        assert confirmed.status_code == 200, confirmed.text
        assert await state_of(tickets, ticket) == "closed"
        rating = {"speed": 5, "quality": 5, "manner": 5, "text": ""}
        assert (await tickets.post(f"/v1/tickets/{ticket}/rating", json=rating)).status_code in (
            200,
            201,
        )

        # timed
        async with client(instance, "sla", "resident", resident) as sla:

            async def clocks_met() -> bool:
                items = (await sla.get("/v1/clocks", params={"ticket_id": ticket})).json()["items"]
                return {item["kind"]: item["state"] for item in items} == {
                    "response": "met",
                    "arrival": "met",
                    "resolution": "met",
                }

            await eventually(clocks_met)

        # told
        async with client(instance, "notify", "resident", resident) as notify:

            async def told() -> bool:
                inbox = (await notify.get("/v1/inbox")).json()
                return len(inbox["items"]) >= 3 and inbox["unread"] >= 3

            await eventually(told)
        assert len(set(hook.ids)) == len(hook.received) == 1
        assert hook.unsigned == 0


async def test_every_service_shows_its_health_its_metrics_and_its_api(instance: Instance) -> None:
    async with httpx.AsyncClient(timeout=20) as anybody:
        for service in SERVICES:
            for path in ("/livez", "/readyz", "/metrics", "/openapi.json"):
                answer = await anybody.get(f"{instance.url(service)}{path}")

                assert answer.status_code == 200, f"{service}{path}: {answer.text}"

            missing = await anybody.get(f"{instance.url(service)}/v1/no-such-thing")

            assert missing.status_code == 404
            assert missing.headers["content-type"] == "application/problem+json"


async def test_a_lift_with_people_in_it_is_an_emergency(instance: Instance) -> None:
    async with client(instance, "tickets", "resident", "resident-1") as tickets:
        opened = await tickets.post(
            "/v1/tickets", json=a_report(category="lift", description="电梯困人，在12楼")
        )

    assert opened.status_code == 201, opened.text
    assert opened.json()["priority"] == "emergency"


def coming_back(look: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
    """Whoever was killed may be just coming back."""

    async def patiently() -> bool:
        try:
            return await look()
        except httpx.TransportError:
            return False

    return patiently


async def test_the_road_goes_on_when_every_service_is_killed_on_the_way(instance: Instance) -> None:
    technician, resident = f"wu-{uuid4().hex[:6]}", f"resident-{uuid4().hex[:6]}"
    async with (
        webhook_client() as hook,
        client(instance, "tickets", "resident", resident) as tickets,
        httpx.AsyncClient(timeout=20) as anybody,
    ):
        await register(instance, technician, hook)
        await put_technician(instance, technician, "electrical")
        instance.children["dispatch"].kill()
        instance.children["notify"].kill()

        opened = await tickets.post(
            "/v1/tickets", json=a_report(category="electrical", description="客厅没电")
        )
        assert opened.status_code == 201, opened.text
        ticket = opened.json()["id"]
        instance.children["tickets"].kill()
        instance.children["sla"].kill()

        offer = await hook.first("job.offered", timeout_s=60)
        accepted = await anybody.post(
            offer["accept_url"], headers={"Authorization": f"Offer {offer['token']}"}
        )
        assert accepted.status_code == 200, accepted.text
        as_job = {"Authorization": f"Job {accepted.json()['job_token']}"}
        done = await anybody.post(
            f"{instance.url('dispatch')}/v1/jobs/{accepted.json()['job_id']}/complete",
            headers=as_job,
        )
        assert done.status_code == 200, done.text

        async def resolved() -> bool:
            return await state_of(tickets, ticket) == "resolved"

        await eventually(coming_back(resolved), timeout_s=60)

        async with client(instance, "sla", "resident", resident) as sla:

            async def timed() -> bool:
                answer = await sla.get("/v1/clocks", params={"ticket_id": ticket})
                assert answer.status_code == 200, answer.text  # it may be just coming back
                return {item["state"] for item in answer.json()["items"]} == {"met"}

            await eventually(coming_back(timed), timeout_s=60)
        async with client(instance, "notify", "resident", resident) as notify:

            async def told_once() -> bool:
                answer = await notify.get("/v1/inbox")
                assert answer.status_code == 200, answer.text
                kinds = [item["kind"] for item in answer.json()["items"]]
                return {"ticket.received", "ticket.assigned", "ticket.resolved"} <= set(
                    kinds
                ) and len(kinds) == len(set(kinds))

            await eventually(coming_back(told_once), timeout_s=60)


async def test_a_job_in_the_pool_is_grabbed_by_the_one_who_has_the_certificate(
    instance: Instance,
) -> None:
    skilled, other = (f"{name}-{uuid4().hex[:6]}" for name in ("zhou", "wu"))
    certificate = {
        "kind": "locksmith",
        "number": "T-1",
        "issued_on": "2020-01-01",
        "expires_on": "2099-12-31",
    }
    rules = {"modes": {"door_window": "pool"}, "certificates": {"door_window": ["locksmith"]}}
    async with (
        webhook_client() as hook,
        client(instance, "dispatch", "dispatcher", "wang") as desk,
        client(instance, "dispatch", "technician", skilled) as technician,
        client(instance, "dispatch", "technician", other) as colleague,
        client(instance, "tickets", "resident", f"resident-{uuid4().hex[:6]}") as tickets,
    ):
        # given
        await register(instance, skilled, hook, kind="job.pooled")
        for id in (skilled, other):
            await put_technician(instance, id, "door_window")
        etag = (await desk.get(f"/v1/technicians/{skilled}")).headers["etag"]
        recorded = await desk.put(
            f"/v1/technicians/{skilled}/certificates",
            json={"certificates": [certificate]},
            headers={"If-Match": etag},
        )
        assert recorded.status_code == 200, recorded.text
        assert (await desk.put("/v1/sites/demo/rules", json=rules)).status_code == 200

        # when
        opened = await tickets.post("/v1/tickets", json=a_report(category="door_window"))
        assert opened.status_code == 201, opened.text
        told = await hook.first("job.pooled")
        barred = await colleague.post(told["grab_url"], json={})
        shown = (await technician.get("/v1/pool")).json()["items"]
        grabbed = await technician.post(told["grab_url"], json={})

        # then
        assert (barred.status_code, barred.json()["codes"]) == (409, ["certificate_missing"])
        assert [each["job"]["id"] for each in shown] == [told["job_id"]]
        assert grabbed.status_code == 200, grabbed.text

        async def assigned() -> bool:
            return await state_of(tickets, opened.json()["id"]) == "assigned"

        await eventually(assigned)
        assert (await desk.put("/v1/sites/demo/rules", json={})).status_code == 200
        for id in (skilled, other):
            assert (await desk.delete(f"/v1/technicians/{id}")).status_code == 204
