"""A report that its reporter is told of by mail: on a laptop each mail is a file."""

from email import message_from_bytes, policy
from uuid import uuid4

import httpx

from fettle.up.instance import Instance
from tests.e2e.test_the_road import a_report, client
from tests.support.eventually import eventually


async def test_who_has_an_address_is_told_by_mail_until_they_leave_by_its_link(
    instance: Instance,
) -> None:
    resident = f"resident-{uuid4().hex[:6]}"
    email = f"{resident}@example.com"
    folder = instance.home / "mail"

    def mails() -> list[bytes]:
        found = [each.read_bytes() for each in sorted(folder.glob("*.eml"))]
        return [each for each in found if email.encode() in each]

    async def told() -> bool:
        return bool(mails())

    async with (
        client(instance, "tickets", "resident", resident) as tickets,
        client(instance, "notify", "resident", resident) as notify,
        httpx.AsyncClient(timeout=20) as reader,
    ):
        put = await notify.put(f"/v1/recipients/{resident}", json={"email": email})
        opened = await tickets.post("/v1/tickets", json=a_report(category="cleaning"))
        assert (put.status_code, opened.status_code) == (200, 201), put.text + opened.text
        await eventually(told)

        mail = message_from_bytes(mails()[0], policy=policy.default)
        link = mail["List-Unsubscribe"].strip("<>")
        left = await reader.post(link, data={"List-Unsubscribe": "One-Click"})
        chosen = await notify.get(f"/v1/recipients/{resident}/preferences")

    assert opened.json()["reference"] in mail["Subject"]
    assert left.status_code == 200, left.text
    assert chosen.json()["channels"] == {"email": {"ticket.received": False}}
