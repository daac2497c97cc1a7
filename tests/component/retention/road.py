"""All four services on one clock, without a broker: what one publishes the others hear."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from fettle.home import SERVICES
from tests.component.dispatch.world import ALL_DAY
from tests.component.notify.conftest import register, sender_of
from tests.component.notify.receiver import Receiver
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent, as_stored

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_NEWS = text("select id, type, body from outbox where id > :after order by id")
_NO_ID = UUID(int=0)


@dataclass
class Road:
    """The services; `wang` takes every job at the site `demo`, by hand, and has an endpoint."""

    services: dict[str, Component]
    clock: SettableClock
    _heard: dict[str, UUID] = field(default_factory=lambda: dict.fromkeys(SERVICES, _NO_ID))
    _sequence: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @classmethod
    async def make(cls, component: MakeComponent, receiver: Receiver, **days: int) -> "Road":
        """`days` are settings of retention, each for the services that have it."""
        clock = SettableClock()
        services = {}
        for name in SERVICES:
            known = {
                key: value
                for key, value in days.items()
                if name == "notify" or not key.startswith(("message", "attempt"))
            }
            services[name] = await component(name, clock=clock, **known)
        road = cls(services, clock)
        await road.tickets.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
        body = {
            "name": "王强",
            "sites": ["demo"],
            "skills": [{"code": "plumbing", "level": 3}],
            "capacity": 9,
            "shifts": ALL_DAY,
        }
        await road.ask("dispatch", "PUT", "technicians/wang", body, role="dispatcher", id="dana")
        await register(services["notify"], receiver)
        await road.exchange()
        return road

    @property
    def tickets(self) -> Tickets:
        return Tickets(self.services["tickets"])

    async def ask(
        self, service: str, method: str, path: str, body: Any = None, *, role: str, id: str
    ) -> Any:
        async with self.services[service].http(role=role, id=id) as http:
            answer = await http.request(method, f"/v1/{path}", json=body)
        assert answer.status_code in (200, 201), (
            f"{method} {path}: {answer.status_code} {answer.text}"
        )
        return answer.json()

    async def exchange(self) -> None:
        """Let everybody hear what the others published, and hand out work, until nothing is new."""
        while sum([await self._pass_on(owner) for owner in SERVICES]):
            await self.services["dispatch"].runs_due("hand_out")
            await self.services["notify"].runs_due("deliveries")
            await sender_of(self.services["notify"]).idle()

    async def _pass_on(self, owner: str) -> int:
        async with self.services[owner].tx() as tx:
            rows = await tx.rows(_NEWS, after=self._heard[owner])
        facts = [
            as_stored(
                seq=next(self._sequence),
                type=row["type"],
                headers={"ce-id": str(row["id"])},
                body=row["body"].encode(),
                deliveries=1,
            )
            for row in rows
        ]
        for name, component in self.services.items():
            consumer = component.service.consumers.get(f"{name}-{owner}")
            if consumer is not None and facts:
                await consumer.apply(facts, created=_CREATED)
                assert consumer.dead_letters == 0
        if rows:
            self._heard[owner] = rows[-1]["id"]
        return len(rows)

    async def rests(self) -> None:
        """Let every service forget what is due to be forgotten."""
        for component in self.services.values():
            for alarm in ("ended_unchecked", "retention", "other_messages", "old_attempts"):
                if alarm in component.service.due_workers:
                    await component.runs_due(alarm)

    # ---- whole lives ----

    async def opens(self) -> str:
        ticket = await self.tickets.open(unit="3-1202")
        await self.exchange()
        return str(ticket["id"])

    async def whole_life(self, *, answer: str = "马上到") -> str:
        """A ticket that is opened, answered, worked on, confirmed and rated."""
        id = await self.opens()
        await self.tickets.post(
            f"tickets/{id}/comments", {"text": answer, "public": True}, status=201, as_="dispatcher"
        )
        (offer,) = (await self.ask("dispatch", "GET", "me/offers", role="technician", id="wang"))[
            "items"
        ]
        await self.ask(
            "dispatch",
            "POST",
            f"offers/{offer['offer_id']}/accept",
            {},
            role="technician",
            id="wang",
        )
        for step in ("travel", "arrive", "start"):
            self.clock.move(minutes=3)
            await self.ask(
                "dispatch",
                "POST",
                f"jobs/{offer['job']['id']}/{step}",
                {},
                role="technician",
                id="wang",
            )
            await self.exchange()
        self.clock.move(minutes=20)
        report = {"note": "换了阀门", "minutes": 20}
        await self.ask(
            "dispatch",
            "POST",
            f"jobs/{offer['job']['id']}/complete",
            report,
            role="technician",
            id="wang",
        )
        await self.exchange()
        await self.tickets.post(f"tickets/{id}/confirm", {})
        await self.tickets.post(f"tickets/{id}/rating", {"speed": 5, "quality": 4, "manner": 5})
        await self.exchange()
        return id

    async def cancelled_life(self) -> str:
        """A ticket that its resident takes back while its job is offered."""
        id = await self.opens()
        await self.tickets.post(f"tickets/{id}/cancel", {})
        await self.exchange()
        return id
