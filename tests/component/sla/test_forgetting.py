"""Promises of tickets that ended long ago are forgotten; the sums of their months stay."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.sla.domain.outcome_sums import Group, Sum
from shared.contracts import TicketV1
from tests.component.sla.conftest import NINE
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent
from tests.unit.sla.tickets import a_site, a_step, a_ticket, a_work_order, after


@pytest.fixture
async def sla(component: MakeComponent) -> Component:
    clock = SettableClock(NINE)
    made = await component("sla", clock=clock, ticket_retention_days=90)
    clock.move(seconds=10)
    await made.hears(a_site())
    return made


async def an_ended_ticket(
    sla: Component,
    *,
    minutes: float,
    state: str = "closed",
    opened_after: timedelta = timedelta(),
    **fields: Any,
) -> TicketV1:
    """Opened, and resolved (or cancelled) so many minutes later."""
    opened_at = NINE + opened_after
    ended = opened_at + timedelta(minutes=minutes)
    steps = (
        [a_step("resolved", ended), a_step("closed", ended)]
        if state == "closed"
        else [a_step("cancelled", ended)]
    )
    sla.clock.set(max(sla.clock.now(), ended + timedelta(seconds=1)))
    ticket = a_ticket(*steps, opened_at=opened_at, **fields)
    await sla.hears(ticket)
    return ticket


async def all_sums(sla: Component) -> dict[Group, Sum]:
    while await sla.runs_due("outcomes"):
        pass
    async with sla.tx() as tx:
        rows = await tx.rows(text("select * from outcome_sums where n <> 0"))
    return {
        Group(*(row[name] for name in Group._fields)): Sum(*(row[name] for name in Sum._fields))
        for row in rows
    }


async def forget(sla: Component) -> None:
    while await sla.runs_due("retention"):
        pass


async def test_the_sums_are_the_same_before_and_after_promises_are_deleted_step_by_step(
    sla: Component,
) -> None:
    for n in range(12):
        await an_ended_ticket(
            sla,
            minutes=7 + 90 * n,
            opened_after=timedelta(days=n),
            priority=("urgent", "normal")[n % 2],
        )
    await an_ended_ticket(sla, minutes=700, state="cancelled", opened_after=timedelta(days=12))
    await sla.hears(a_ticket(opened_at=NINE + timedelta(days=12)))
    sla.clock.move(seconds=6)
    before = await all_sums(sla)

    left = []
    for _ in range(14):
        sla.clock.move(days=8)
        await forget(sla)
        async with sla.tx() as tx:
            left.append(
                (await tx.rows(text("select count(*) as n from promises where not is_open")))[0][
                    "n"
                ]
            )
        assert await all_sums(sla) == before

    assert (left[0], left[-1]) == (13, 0)
    assert len({group.month for group in before}) == 2
    async with sla.tx() as tx:
        (held,) = await tx.rows(text("select count(distinct ticket_id) as n from outcomes"))
    assert held["n"] == 1


async def test_what_is_forgotten_before_it_was_counted_is_counted_then(sla: Component) -> None:
    await an_ended_ticket(sla, minutes=700)

    sla.clock.move(days=97)
    await forget(sla)

    async with sla.tx() as tx:
        (summed,) = await tx.rows(text("select sum(n) as n from outcome_sums"))
    assert summed["n"] == 3


async def test_a_late_word_on_a_ticket_whose_promises_are_deleted_counts_them_no_second_time(
    sla: Component,
) -> None:
    ticket = await an_ended_ticket(sla, minutes=700)
    sla.clock.move(days=97)
    await forget(sla)
    before, said = await all_sums(sla), len(await sla.said())

    await sla.hears(
        ticket.model_copy(update={"version": ticket.version + 1, "told": (sla.clock.now(),)})
    )
    await sla.hears(a_work_order(ticket, ("accepted", after(minutes=5))))
    sla.clock.move(days=97)
    await forget(sla)

    assert await all_sums(sla) == before
    assert len(await sla.said()) == said
    async with sla.tx() as tx:
        left = await tx.rows(
            text(
                "select (select count(*) from promises) + (select count(*) from announcements) "
                "+ (select count(*) from outcomes) as n"
            )
        )
    assert left[0]["n"] == 0


async def test_staff_see_the_clocks_of_a_ticket_as_long_as_there_are_any(sla: Component) -> None:
    ticket = await an_ended_ticket(sla, minutes=30)

    async def seen(role: str, site: str = "demo") -> int:
        async with sla.http(role=role, site=site) as http:
            return (await http.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).status_code

    fresh = [
        await seen("resident"),
        await seen("dispatcher"),
        await seen("dispatcher", "elsewhere"),
    ]
    sla.clock.move(days=30)
    await forget(sla)
    shrunk = [
        await seen("resident"),
        await seen("dispatcher"),
        await seen("dispatcher", "elsewhere"),
    ]
    sla.clock.move(days=67)
    await forget(sla)
    deleted = [
        await seen("resident"),
        await seen("dispatcher"),
        await seen("dispatcher", "elsewhere"),
    ]

    assert (fresh, shrunk, deleted) == ([200, 200, 404], [404, 200, 404], [404, 404, 404])


async def test_a_reopened_ticket_of_which_the_work_order_is_forgotten_is_timed_on(
    sla: Component,
) -> None:
    ticket = a_ticket(
        a_step("assigned", after(minutes=1)),
        a_step("resolved", after(minutes=9)),
        a_step("closed", after(minutes=9)),
    )
    sla.clock.set(after(minutes=10))
    await sla.hears(ticket)
    await sla.hears(
        a_work_order(ticket, ("accepted", after(minutes=1)), ("on_site", after(minutes=4)))
    )
    sla.clock.move(days=30)
    await forget(sla)
    reopened_at = sla.clock.now()

    await sla.hears(
        a_ticket(
            *ticket.steps[1:],
            a_step("open", reopened_at, cycle=2, cause="resident-1"),
            id=ticket.id,
        )
    )

    async with sla.tx() as tx:
        (row,) = await tx.rows(text("select clocks from promises"))
    assert {clock["kind"]: clock["state"] for clock in row["clocks"]}["resolution"] in (
        "running",
        "paused",
    )
    assert {clock["kind"]: clock["state"] for clock in row["clocks"]}["response"] == "met"
