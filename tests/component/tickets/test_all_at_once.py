"""Whatever people, the desk and the other services do to a few tickets at the same moment: each is
answered, what was taken is there, and the tickets agree.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.tickets.actions.people import MOVING_OUT
from shared.contracts import ClocksV1
from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.support.component import MakeComponent

PEOPLE = {"anna": "3-1202", "ben": "3-1201", "cleo": "5-101", "dora": "3-1202"}
ORDERS = (
    (WorkOrderState.WAITING, (JobState.WAITING,)),
    (WorkOrderState.ACCEPTED, (JobState.WAITING, JobState.ACCEPTED)),
    (WorkOrderState.TRAVELLING, (JobState.ACCEPTED, JobState.TRAVELLING)),
    (WorkOrderState.PAUSED, (JobState.WORKING, JobState.PAUSED)),
    (WorkOrderState.DONE, (JobState.WORKING, JobState.COMPLETED)),
)
VISIT = {"start": "2098-01-01T10:00:00Z", "end": "2098-01-01T11:00:00Z"}
Doing = Callable[[], Awaitable[None]]


class Storm:
    """Deeds on the tickets of `opened`, in an order that `random` chooses."""

    def __init__(self, tickets: Tickets, opened: list[Any], random: Random) -> None:
        self._tickets, self._opened, self._random = tickets, opened, random
        self._version = 1
        self.statuses: list[tuple[str, int]] = []
        self.said: list[str] = []

    async def rage(self, deeds: int) -> None:
        """Do so much at once."""
        await asyncio.gather(
            *(deed() for deed, _ in zip(self._deeds(), range(deeds), strict=False))
        )

    def _deeds(self) -> Iterator[Doing]:
        kinds = (self._by_resident, self._by_staff, self._by_resident, self._by_others)
        while True:
            yield self._random.choice(kinds)()

    def _by_resident(self) -> Doing:
        path = f"tickets/{self._random.choice(self._opened)['id']}"
        who = self._random.choice([*PEOPLE])
        words = f"{who} {self._random.random()}"
        deeds: list[tuple[str, str, Any]] = [
            ("POST", f"{path}/comments", {"text": words}),
            ("POST", f"{path}/urge", {}),
            ("POST", f"{path}/cancel", {"reason": "fixed itself"}),
            ("POST", f"{path}/appointment", VISIT),
            ("DELETE", f"{path}/appointment", None),
            ("PUT", f"{path}/follow", None),
            ("POST", f"{path}/reopen", {"reason": "again"}),
            ("POST", f"{path}/confirm", {}),
            ("POST", f"{path}/rating", {"speed": 1, "quality": 2, "manner": 3, "text": words}),
            ("PATCH", path, {"description": words}),
            ("GET", f"{path}/timeline", None),
        ]
        return self._request(self._random.choice(deeds), "resident", who, units=(PEOPLE[who],))

    def _by_staff(self) -> Doing:
        one, other = self._random.sample(self._opened, 2)
        path = f"tickets/{one['id']}"
        person = f"sites/demo/people/{self._random.choice([*PEOPLE])}"
        deeds: list[tuple[str, str, Any]] = [
            ("POST", f"{path}/merge", {"duplicate_of": other["id"]}),
            ("POST", f"{path}/merge", {"duplicate_of": other["id"]}),
            ("POST", f"{path}/unmerge", {}),
            ("POST", f"{path}/hold", {"reason": "waiting_resident"}),
            ("POST", f"{path}/release", {}),
            ("POST", f"{path}/cancel:refuse", {"reason": "on the way"}),
            ("POST", f"{path}/resolve", {"note": "done"}),
            ("PATCH", path, {"priority": "urgent", "reason": "smells"}),
            ("PUT", person, {"units": []}),
            ("DELETE", person, None),
        ]
        return self._request(self._random.choice(deeds), "manager", "mona")

    def _request(
        self, deed: tuple[str, str, Any], role: str, id: str, units: tuple[str, ...] = ()
    ) -> Doing:
        method, path, body = deed

        async def do() -> None:
            async with self._tickets.component.http(role=role, id=id, units=units) as client:
                headers = {}
                if method == "PATCH":
                    headers["If-Match"] = (await client.get(f"/v1/{path}")).headers.get("ETag", "")
                answer = await client.request(method, f"/v1/{path}", json=body, headers=headers)
            self._note(f"{method} {path}", answer)
            if path.endswith("/comments") and answer.status_code == 201:
                self.said.append(body["text"])

        return do

    def _note(self, deed: str, answer: httpx.Response) -> None:
        self.statuses.append((f"{deed} {answer.text}", answer.status_code))

    def _by_others(self) -> Doing:
        component = self._tickets.component
        some = self._random.sample(self._opened, 2)
        state, job_states = self._random.choice(ORDERS)
        self._version += 1
        now = component.clock.now()
        order = an_order(some[0]["id"], state, *job_states, version=self._version, at=now)
        clocks = ClocksV1(
            id=UUID(some[1]["id"]),
            version=self._version,
            site_id="demo",
            policy_id="default",
            policy_version=1,
            clocks=(),
            resolved_at=now,
            objection_ends_at=now,
        )

        async def do() -> None:
            await component.hears_at_once(order, clocks)
            await component.runs_due(MOVING_OUT)

        return do


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_done_at_once_is_answered_and_agrees(
    component: MakeComponent, seed: int
) -> None:
    tickets = Tickets(await component("tickets"))
    shared = {**DEMO, "residents_see_unit": True}
    await tickets.send("PUT", "sites/demo", shared, status=201, as_="admin")
    opened = [await tickets.open(id=who, units=(unit,), unit=unit) for who, unit in PEOPLE.items()]
    storm = Storm(tickets, opened, Random(seed))

    for _ in range(4):
        await storm.rage(30)
        tickets.component.clock.move(hours=1, minutes=1)

    assert [each for each in storm.statuses if each[1] >= 500] == []
    seen = [await tickets.get(each["id"], as_="admin", id="root", site="*") for each in opened]
    for ticket in seen:
        await _demand_no_gaps(tickets, ticket)
    assert {each["id"]: {*each["followers"]} & _joined(seen, each) for each in seen} == {
        each["id"]: _joined(seen, each) for each in seen
    }
    said = [
        line["text"]
        for ticket in seen
        for line in await _lines(tickets, ticket)
        if line["comment_id"] and "said_on" not in line["detail"]
    ]
    assert {*storm.said} <= {*said}


async def _lines(tickets: Tickets, ticket: Any) -> Any:
    path = f"tickets/{ticket['id']}/timeline?limit=500"
    return (await tickets.send("GET", path, as_="admin", id="root", site="*"))["items"]


async def _demand_no_gaps(tickets: Tickets, ticket: Any) -> None:
    """The lines of the timeline and the versions of the facts have no gaps."""
    numbers = [line["n"] for line in await _lines(tickets, ticket)]
    assert numbers == list(range(1, len(numbers) + 1))
    versions = [
        fact.version
        for fact in await tickets.component.said()
        if fact.subject_id == ticket["id"] and fact.type.startswith("tickets.ticket.")
    ]
    assert versions == list(range(1, ticket["version"] + 1))


def _joined(seen: list[Any], target: Any) -> set[str]:
    """Who has to follow the ticket, because what they reported or follow was merged into it."""
    people: set[str] = set()
    for each in seen:
        if each["duplicate_of"] == target["id"]:
            people |= {each["reporter_id"], *each["followers"]} | _joined(seen, each)
    return people - {target["reporter_id"]}
