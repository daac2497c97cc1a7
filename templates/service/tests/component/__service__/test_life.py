"""A fact in, a request, facts out."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.contracts import TicketV1
from shared.contracts.tickets import TicketState
from shared.ids import new_id
from tests.contract.samples import examples
from tests.support.component import Component, MakeComponent


@pytest.fixture
async def __service__(component: MakeComponent) -> Component:
    return await component("__service__")


def a_ticket(state: TicketState = TicketState.OPEN, *, version: int = 1, id: UUID) -> TicketV1:
    (ticket,) = (each for each in examples() if isinstance(each, TicketV1))
    return ticket.model_copy(update={"id": id, "version": version, "state": state})


async def asks_for(made: Component, ticket_id: UUID, **who: str) -> httpx.Response:
    """A dispatcher asks for something within the hour."""
    due_at = made.clock.now().timestamp() + 3600
    async with made.http(role="dispatcher", id="wang", **who) as wang:
        return await wang.post(
            "/v1/__entity__s", json=_body(ticket_id, due_at), headers={"Idempotency-Key": "one"}
        )


def _body(ticket_id: UUID, due_at: float) -> dict[str, Any]:
    moment = datetime.fromtimestamp(due_at, UTC).isoformat()
    return {"ticket_id": str(ticket_id), "text": "a washer", "due_at": moment}


async def told(made: Component) -> list[tuple[str, int]]:
    return [(fact.type, fact.version) for fact in await made.said()]


async def test_what_a_ticket_needs_is_asked_for_once_read_and_told(__service__: Component) -> None:
    ticket = a_ticket(id=new_id())
    await __service__.hears(ticket)

    first, again = await asks_for(__service__, ticket.id), await asks_for(__service__, ticket.id)

    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    assert again.json() == first.json()
    async with __service__.http(role="integration", id="erp") as erp:
        assert (await erp.get(first.headers["Location"])).json() == first.json()
    assert await told(__service__) == [("__service__.__entity__.created.v1", 1)]


async def test_it_is_overdue_in_time_and_dropped_with_its_ticket(__service__: Component) -> None:
    ticket = a_ticket(id=new_id())
    await __service__.hears(ticket)
    await asks_for(__service__, ticket.id)

    __service__.clock.move(hours=1)
    await __service__.runs_due("overdue")
    await __service__.runs_due("overdue")
    await __service__.hears(a_ticket(TicketState.CANCELLED, version=2, id=ticket.id))

    assert await told(__service__) == [
        ("__service__.__entity__.created.v1", 1),
        ("__service__.__entity__.overdue.v1", 2),
        ("__service__.__entity__.dropped.v1", 3),
    ]


async def test_an_end_that_comes_twice_and_an_older_fact_after_it_drop_it_once(
    __service__: Component,
) -> None:
    ticket = a_ticket(id=new_id())
    await __service__.hears(ticket)
    await asks_for(__service__, ticket.id)
    end = a_ticket(TicketState.CLOSED, version=3, id=ticket.id)

    await __service__.hears(end)
    await __service__.hears(end, a_ticket(version=2, id=ticket.id))

    assert await told(__service__) == [
        ("__service__.__entity__.created.v1", 1),
        ("__service__.__entity__.dropped.v1", 2),
    ]
    assert await __service__.runs_due("overdue") == 0


async def test_a_ticket_of_another_site_or_not_yet_heard_of_is_not_there(
    __service__: Component,
) -> None:
    ticket = a_ticket(id=new_id())
    await __service__.hears(ticket)

    answers = [
        await asks_for(__service__, ticket.id, site="elsewhere"),
        await asks_for(__service__, new_id(), site="demo"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await told(__service__) == []
