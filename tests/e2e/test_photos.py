"""Photos on the road: of the report, before and after the work, each seen by whom it is for."""

from typing import Any
from uuid import uuid4

import httpx

from fettle.up.instance import Instance
from tests.e2e.test_the_road import a_report, client, put_technician, register
from tests.support.eventually import eventually
from tests.support.images import a_photo, an_image, decoded
from tests.support.webhook_client import webhook_client


async def test_photos_follow_the_report_to_the_technician_and_the_work_back(
    instance: Instance,
) -> None:
    technician, resident = f"li-{uuid4().hex[:6]}", f"resident-{uuid4().hex[:6]}"
    async with (
        webhook_client() as hook,
        client(instance, "tickets", "resident", resident) as tickets,
        client(instance, "notify", "technician", technician) as inbox,
        httpx.AsyncClient(timeout=60) as bare,
    ):
        await register(instance, technician, hook)
        await put_technician(instance, technician, "heating")
        opened = await tickets.post("/v1/tickets", json=a_report(category="heating"), timeout=60)
        ticket = opened.json()["id"]
        path = f"/v1/tickets/{ticket}/attachments"
        reported = await _attach(tickets, path, a_photo(orientation=6))
        offer = await hook.first("job.offered")
        accepted = await bare.post(
            offer["accept_url"], headers={"Authorization": f"Offer {offer['token']}"}
        )
        job, by_job = accepted.json()["job_id"], f"Job {accepted.json()['job_token']}"
        as_technician = {"Authorization": by_job}
        base = instance.url("tickets")

        # with the job's token, though tickets may not have heard of the acceptance
        before = await _attach(bare, base + path, an_image("PNG"), **as_technician)
        seen = await bare.get(base + reported["url"], headers=as_technician)
        after = await _attach(bare, base + path, an_image("WEBP"), **as_technician)
        added = await _attach(tickets, path, an_image("JPEG"))

        async def told() -> bool:
            messages = (await inbox.get("/v1/inbox")).json()["items"]
            return any(
                each["id"] == added["id"]
                for message in messages
                if "attachments" in message["data"].get("changed", ())
                for each in message["data"]["job"]["attachments"]
            )

        assert await eventually(told)

        done = await bare.post(
            f"{instance.url('dispatch')}/v1/jobs/{job}/complete",
            headers=as_technician,
            json={
                "note": "New washer",
                "photos": [{"id": before["id"], "before": True}, after["id"], str(uuid4())],
            },
        )

        assert seen.status_code == 200, seen.text
        assert decoded(seen.content).size == (48, 64)
        assert done.status_code == 200, done.text

        async def shown() -> Any:
            ticket_now = (await tickets.get(f"/v1/tickets/{ticket}")).json()
            return ticket_now if ticket_now["state"] == "resolved" else None

        resolved = await eventually(shown)
        assert [each["by"] for each in resolved["attachments"]] == [
            resident,
            f"job:{job}",
            f"job:{job}",
            resident,
        ]
        assert resolved["work"]["photos"] == [
            {"id": before["id"], "before": True},
            {"id": after["id"], "before": False},
        ]


async def _attach(client: httpx.AsyncClient, url: str, data: bytes, **headers: str) -> Any:
    answer = await client.post(url, files={"file": ("厨房.jpg", data)}, headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    return answer.json()
