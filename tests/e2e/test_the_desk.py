"""A complaint, through all services: heard by the desk, promised an answer and no technician, until
danger is written on it.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from fettle.up.instance import Instance
from tests.e2e.test_the_road import a_report, client
from tests.support.eventually import eventually


async def test_a_complaint_is_the_desks_until_it_smells_of_gas(instance: Instance) -> None:
    resident, desk = f"resident-{uuid4().hex[:6]}", f"desk-{uuid4().hex[:6]}"
    async with (
        client(instance, "tickets", "resident", resident) as tickets,
        client(instance, "notify", "resident", resident) as inbox,
        client(instance, "notify", "dispatcher", desk) as desk_inbox,
        client(instance, "sla", "resident", resident) as sla,
        client(instance, "dispatch", "dispatcher", desk) as dispatch,
    ):
        listening = {"language": "en", "audience": [{"role": "dispatcher", "site": "demo"}]}
        heard = await desk_inbox.put(f"/v1/recipients/{desk}", json=listening)
        assert heard.status_code in (200, 201), heard.text

        body = a_report(category="complaint", description="保安态度不好", language="zh-CN")
        opened = await tickets.post("/v1/tickets", json={**body, "answers": {"about": "guards"}})
        assert opened.status_code == 201, opened.text
        ticket = opened.json()["id"]
        assert (opened.json()["road"], opened.json()["missing"][0]["why"]) == (
            "desk",
            "not_an_option",
        )
        await eventually(_told(desk_inbox, ticket, "ticket.opened_for_desk"))
        await eventually(_told(inbox, ticket, "ticket.received"))
        assert await _promised(sla, ticket) == ["response", "resolution"]
        assert await _jobs(dispatch, ticket) == []

        smell = await tickets.post(f"/v1/tickets/{ticket}/comments", json={"text": "还有燃气味"})
        assert smell.status_code == 201, smell.text

        await eventually(_told(inbox, ticket, "ticket.rerouted"))
        await eventually(_told(desk_inbox, ticket, "ticket.danger"))

        async def is_arranged() -> bool:
            promised = await _promised(sla, ticket)
            return "arrival" in promised and len(await _jobs(dispatch, ticket)) == 1

        await eventually(is_arranged)
        cancelled = await tickets.post(f"/v1/tickets/{ticket}/cancel", json={})
        assert cancelled.status_code == 200, cancelled.text


def _told(notify: httpx.AsyncClient, ticket: str, kind: str) -> Callable[[], Any]:
    """Whether the inbox has a message of that kind about the ticket."""

    async def told() -> bool:
        items = (await notify.get("/v1/inbox")).json()["items"]
        return any((each["ticket_id"], each["kind"]) == (ticket, kind) for each in items)

    return told


async def _promised(sla: httpx.AsyncClient, ticket: str) -> list[str]:
    answer = await sla.get("/v1/clocks", params={"ticket_id": ticket})
    return [clock["kind"] for clock in answer.json().get("items", [])]


async def _jobs(dispatch: httpx.AsyncClient, ticket: str) -> list[Any]:
    answer = await dispatch.get("/v1/jobs", params={"ticket_id": ticket})
    items: list[Any] = answer.json()["items"]
    return items
