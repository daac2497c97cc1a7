"""A resolved ticket closes when its site's working days to object are over, as sla tells it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.contracts import ClocksV1
from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.component.tickets.test_sites import put
from tests.support.component import Component
from tests.support.eventually import eventually

_LOCKED = text("select from tickets where id = :id for update nowait")
_WAITS = text("""
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'""")
_CLOSES_AT = text("select closes_at from tickets where id = :id")


def clocks(
    ticket_id: str, *, version: int, resolved_at: datetime | None, days: float | None
) -> ClocksV1:
    ends = (
        resolved_at + timedelta(days=days) if resolved_at is not None and days is not None else None
    )
    return ClocksV1(
        id=UUID(ticket_id),
        version=version,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=(),
        resolved_at=resolved_at,
        objection_ends_at=ends,
    )


async def resolve(tickets: Tickets, ticket_id: str) -> datetime:
    """When it was resolved."""
    answer = await tickets.post(f"tickets/{ticket_id}/resolve", {"note": "done"}, as_="dispatcher")
    return datetime.fromisoformat(answer["steps"][-1]["at"])


async def closed_after(tickets: Tickets, hours: float) -> bool:
    """Whether anything closes so long after now."""
    tickets.component.clock.move(hours=hours)
    return await tickets.component.runs_due("closing") > 0


@pytest.mark.parametrize("days", [1, 10])
async def test_it_closes_when_the_time_to_object_is_over_sooner_or_later_than_72_hours(
    tickets: Tickets, days: int
) -> None:
    opened = await tickets.open()
    resolved_at = await resolve(tickets, opened["id"])
    version = (await tickets.get(opened["id"]))["version"]

    told = clocks(opened["id"], version=2, resolved_at=resolved_at, days=days)
    await tickets.component.hears(told, told)
    early = await closed_after(tickets, 24 * days - 0.01)
    late = await closed_after(tickets, 5)

    assert (early, late) == (False, True)
    [closed] = await tickets.component.said("tickets.ticket.closed.v1")
    assert closed.snapshot.steps[-1].at == resolved_at + timedelta(days=days)
    assert closed.version == version + 1


async def test_another_resolutions_time_does_not_count_in_whatever_order_it_is_heard(
    tickets: Tickets,
) -> None:
    ends: set[Any] = set()
    for order in permutations(range(3)):
        opened = await tickets.open()
        first = await resolve(tickets, opened["id"])
        await tickets.post(f"tickets/{opened['id']}/reopen", {"reason": "still drips"})
        tickets.component.clock.move(minutes=1)
        second = await resolve(tickets, opened["id"])
        told = [
            clocks(opened["id"], version=2, resolved_at=first, days=40),
            clocks(opened["id"], version=3, resolved_at=None, days=None),
            clocks(opened["id"], version=4, resolved_at=second, days=7),
        ]
        for n in order:
            await tickets.component.hears(told[n])
        async with tickets.component.tx() as tx:
            row = await tx.row(_CLOSES_AT, id=UUID(opened["id"]))
        assert row is not None
        ends.add(row["closes_at"] - second)

    assert ends == {timedelta(days=7)}


async def test_a_reopened_ticket_forgets_it_and_waits_for_72_hours_until_it_hears_again(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    first = await resolve(tickets, opened["id"])
    await tickets.component.hears(clocks(opened["id"], version=2, resolved_at=first, days=1))
    await tickets.post(f"tickets/{opened['id']}/reopen", {"reason": "still drips"})
    tickets.component.clock.move(minutes=1)
    await resolve(tickets, opened["id"])

    early = await closed_after(tickets, 71.9)
    late = await closed_after(tickets, 0.2)

    assert (early, late) == (False, True)


async def test_clocks_of_a_ticket_that_is_not_resolved_or_unknown_change_nothing(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    at = tickets.component.clock.now()

    await tickets.component.hears(
        clocks(opened["id"], version=2, resolved_at=at, days=1),
        clocks("019a0000-0000-7000-8000-00000000dead", version=2, resolved_at=at, days=1),
    )

    assert (await tickets.get(opened["id"]))["state"] == "open"
    assert not await closed_after(tickets, 100)


async def test_a_site_says_how_many_working_days_from_one_to_sixty(tickets: Tickets) -> None:
    unsaid = await tickets.send("GET", "sites/demo")

    said = await put(tickets, {**DEMO, "close_after_working_days": 3}, version=1)
    for wrong in (0, 61, 2.5, "3", True):
        await put(tickets, {**DEMO, "close_after_working_days": wrong}, version=2, status=422)
    taken_back = await put(tickets, {**DEMO, "close_after_working_days": None}, version=2)

    assert unsaid["close_after_working_days"] is None
    assert (said["close_after_working_days"], taken_back["close_after_working_days"]) == (3, None)
    facts = await tickets.component.said("tickets.site.changed.v1")
    assert [fact.snapshot.close_after_working_days for fact in facts] == [None, 3, None]


async def test_what_dispatch_and_sla_say_at_once_locks_tickets_in_order_of_id(
    tickets: Tickets,
) -> None:
    component, now = tickets.component, tickets.component.clock.now()
    first, second = [UUID((await tickets.open())["id"]) for _ in range(2)]
    order = an_order(str(second), WorkOrderState.ACCEPTED, JobState.ACCEPTED, at=now)
    told = clocks(str(first), version=2, resolved_at=now, days=1)

    async with component.tx() as tx:
        await tx.rows(_LOCKED, id=first)
        hearing = asyncio.create_task(component.hears_at_once(order, told))
        await eventually(partial(_waits_for_a_lock, component))
        await tx.rows(_LOCKED, id=second)
    await hearing

    assert (await tickets.get(str(second)))["state"] == "assigned"


async def _waits_for_a_lock(component: Component) -> bool:
    async with component.tx() as tx:
        return bool(await tx.rows(_WAITS))
