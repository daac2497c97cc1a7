"""Two instances of every service: both serve, each is asked alone, and one of each may die on the
way.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from fettle.home import PROCESSES
from fettle.up.instance import Instance
from fettle.up.state import read_state
from tests.e2e.conftest import watched
from tests.e2e.test_the_road import a_report, put_technician, register
from tests.support.eventually import eventually
from tests.support.webhook_client import webhook_client

_TICKETS = 12


@pytest.fixture(scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Instance]:
    home = tmp_path_factory.mktemp("pair")
    started = await asyncio.to_thread(Instance.start, home, counts=dict.fromkeys(PROCESSES, 2))
    try:
        async with watched(started):
            yield started
    finally:
        await asyncio.to_thread(started.discard)


class Person:
    """A caller whose every request is a connection of its own, sent again while the instance that
    it meets is dead or not ready.
    """

    def __init__(self, instance: Instance, role: str, subject: str) -> None:
        self._instance = instance
        self._headers = {"Authorization": f"Bearer {instance.token(role, subject, 'demo')}"}

    async def send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        async def answered() -> httpx.Response | None:
            try:
                async with httpx.AsyncClient(
                    base_url=self._instance.url(service), timeout=20, trust_env=False
                ) as client:
                    answer = await client.request(
                        method, path, headers=dict(headers or self._headers), **more
                    )
            except httpx.TransportError:
                return None
            return None if answer.status_code == 503 else answer

        found = await eventually(answered, timeout_s=60)
        assert found is not None
        return found


async def test_both_instances_serve_the_shared_port_and_each_says_whether_it_is_ready(
    pair: Instance,
) -> None:
    somebody = Person(pair, "resident", "resident-1")

    for _ in range(40):
        assert (await somebody.send("GET", "tickets", "/v1/tickets")).status_code == 200

    async with httpx.AsyncClient(trust_env=False) as client:
        served = [
            (await client.get(f"{pair.instance_urls[name]}/metrics")).text
            for name in ("tickets", "tickets-2")
        ]
    assert all('route="/v1/tickets"' in metrics for metrics in served)
    os.kill(pair.children["tickets-2"].pid, signal.SIGSTOP)
    try:
        missing = {name: await asyncio.to_thread(pair.missing, name) for name in pair.services}
    finally:
        os.kill(pair.children["tickets-2"].pid, signal.SIGCONT)
    assert missing == {**dict.fromkeys(pair.services), "tickets-2": "no answer yet"}


async def test_one_of_each_is_killed_and_every_ticket_is_done_timed_and_told_once(
    pair: Instance,
) -> None:
    technician, resident = f"sun-{uuid4().hex[:6]}", f"resident-{uuid4().hex[:6]}"
    person = Person(pair, "resident", resident)
    references: dict[str, str] = {}
    before = {name: child.pid for name, child in pair.children.items()}
    async with webhook_client() as hook:
        await register(pair, technician, hook)
        await put_technician(pair, technician, "garden", capacity=_TICKETS)

        async def open_one(number: int) -> None:
            key = {"Idempotency-Key": uuid4().hex}
            report = a_report(category="garden", description=f"树枝断了 {number}")
            opened = await person.send(
                "POST", "tickets", "/v1/tickets", headers={**person._headers, **key}, json=report
            )
            assert opened.status_code == 201, opened.text
            references[opened.json()["reference"]] = opened.json()["id"]

        for number in range(_TICKETS // 2):
            await open_one(number)
        for name in ("tickets", "dispatch-2", "sla", "notify-2"):
            pair.children[name].kill()
        await asyncio.gather(*(open_one(number) for number in range(_TICKETS // 2, _TICKETS)))
        tickets = set(references.values())

        async def offers() -> list[dict[str, Any]] | None:
            made = {
                body["data"]["job"]["reference"]: body["data"]
                for body in hook.received
                if body["type"] == "job.offered"
            }
            return list(made.values()) if set(made) == set(references) else None

        for offer in await eventually(offers, timeout_s=90) or []:
            path = httpx.URL(offer["accept_url"]).path
            accepted = await person.send(
                "POST", "dispatch", path, headers={"Authorization": f"Offer {offer['token']}"}
            )
            assert accepted.status_code == 200, accepted.text
            as_job = {"Authorization": f"Job {accepted.json()['job_token']}"}
            done = await person.send(
                "POST", "dispatch", f"/v1/jobs/{accepted.json()['job_id']}/complete", headers=as_job
            )
            assert done.status_code == 200, done.text

        for ticket in tickets:

            async def ended(ticket: str = ticket) -> bool:
                view = (await person.send("GET", "tickets", f"/v1/tickets/{ticket}")).json()
                clocks = (await person.send("GET", "sla", f"/v1/clocks?ticket_id={ticket}")).json()[
                    "items"
                ]
                resolved = [step for step in view["steps"] if step["state"] == "resolved"]
                return len(resolved) == 1 and {clock["state"] for clock in clocks} == {"met"}

            await eventually(ended, timeout_s=60)

        async def told_once() -> bool:
            messages = (await person.send("GET", "notify", "/v1/inbox?limit=200")).json()["items"]
            of = [(message["data"]["ticket_id"], message["kind"]) for message in messages]
            wanted = {
                (ticket, kind)
                for ticket in tickets
                for kind in ("ticket.received", "ticket.assigned", "ticket.resolved")
            }
            assert len(of) == len(set(of))
            return wanted <= set(of)

        await eventually(told_once, timeout_s=60)
        offered = [
            body["data"]["offer_id"] for body in hook.received if body["type"] == "job.offered"
        ]
        assert len(offered) == len(set(offered)) == _TICKETS

    async def all_ready_again() -> bool:
        return [await asyncio.to_thread(pair.missing, name) for name in pair.services] == [
            None
        ] * len(pair.services)

    await eventually(all_ready_again, timeout_s=90)
    after = {name: child.pid for name, child in pair.children.items()}
    state = read_state(pair.home)
    assert {name for name in before if before[name] != after[name]} == {
        "tickets",
        "dispatch-2",
        "sla",
        "notify-2",
    }
    assert state is not None
    assert {child.name: child.pid for child in state.children} == after
    assert set(state.instance_urls) == set(pair.services)
