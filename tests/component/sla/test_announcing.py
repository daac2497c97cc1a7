"""Warnings and breaches: each once, in time, never early, also after a time in which nobody was
there to say them.

The ticket is urgent: its targets are 15 min, 2 h and 8 h, counted in all hours.
"""

import asyncio
from datetime import datetime

from sqlalchemy import text

from shared.contracts import ClocksV1
from shared.contracts.tickets import Classing, Priority
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent
from tests.support.statements import statements_of
from tests.unit.sla.tickets import NINE, a_site, a_step, a_ticket, a_work_order, after


async def announced(sla: Component) -> list[tuple[str, int, datetime, bool]]:
    async with sla.tx() as tx:
        rows = await tx.rows(
            text(
                "select clock, threshold, fell_at, skipped from announcements "
                "order by fell_at, threshold"
            )
        )
    return [(row["clock"], row["threshold"], row["fell_at"], row["skipped"]) for row in rows]


async def rings_at(sla: Component, at: datetime) -> None:
    """At that time, and the fifth of a second that late news is waited for."""
    sla.clock.set(at)
    sla.clock.move(seconds=0.2)
    await sla.runs_due("clocks")


async def test_each_share_is_announced_when_it_is_used_up_and_the_breach_last(
    sla: Component,
) -> None:
    ticket = a_ticket(answered_at=after(seconds=5))
    await sla.hears(ticket)

    for minutes in (60, 90, 108, 120, 500):
        await rings_at(sla, after(minutes=minutes, milliseconds=-1))
        await rings_at(sla, after(minutes=minutes))

    arrival = [
        (threshold, fell_at, skipped)
        for clock, threshold, fell_at, skipped in await announced(sla)
        if clock == "arrival"
    ]
    assert arrival == [
        (50, after(hours=1), False),
        (75, after(hours=1.5), False),
        (90, after(hours=1.8), False),
        (100, after(hours=2), False),
    ]
    assert [fact.version for fact in await sla.said()] == list(range(1, len(await sla.said()) + 1))


async def test_nothing_is_announced_early(sla: Component) -> None:
    await sla.hears(a_ticket())

    await rings_at(sla, after(minutes=7.5, milliseconds=-1))

    assert await announced(sla) == []


async def test_a_ticket_that_cannot_be_read_keeps_no_other_waiting(sla: Component) -> None:
    broken, other = a_ticket(), a_ticket()
    await sla.hears(broken, other)
    async with sla.tx() as tx:
        await tx.execute(
            text("update promises set life = '{}' where ticket_id = :id"), id=broken.id
        )

    sla.clock.set(after(minutes=15, seconds=0.2))
    await sla.service.due_workers["clocks"].run_due()

    async with sla.tx() as tx:
        told = await tx.rows(text("select distinct ticket_id from announcements"))
    assert [row["ticket_id"] for row in told] == [other.id]
    assert sla.service.due_workers["clocks"].quarantined == 1


async def test_what_has_fallen_due_is_read_as_it_is_locked(sla: Component) -> None:
    await sla.hears(a_ticket(), a_ticket())

    with statements_of(sla.database) as sent:
        await rings_at(sla, after(minutes=7.5))

    assert len(await announced(sla)) == 2
    assert sum("for update" in statement for statement in sent) == 1


async def test_the_alarm_is_set_to_the_next_share_and_no_sooner(sla: Component) -> None:
    await sla.hears(a_ticket())

    async with sla.tx() as tx:
        next_due = await sla.service.due_workers["clocks"].work.next_due(tx, ())

    assert next_due == after(minutes=7.5, seconds=0.2)


async def test_what_fell_due_while_nobody_was_there_is_said_once_with_the_time_it_really_fell_due(
    sla: Component,
) -> None:
    await sla.hears(a_ticket())

    await rings_at(sla, after(minutes=40))
    await rings_at(sla, after(minutes=41))

    response = [
        (threshold, fell_at, skipped)
        for clock, threshold, fell_at, skipped in await announced(sla)
        if clock == "response"
    ]
    assert response == [
        (50, after(minutes=7.5), True),
        (75, after(minutes=11.25), True),
        (90, after(minutes=13.5), True),
        (100, after(minutes=15), False),
    ]
    assert [fact.type for fact in await sla.said()] == [
        "sla.clocks.started.v1",
        "sla.clocks.breached.v1",
    ]


async def test_a_service_that_has_just_started_hears_what_it_missed_before_it_speaks(
    component: MakeComponent, sla: Component
) -> None:
    await sla.hears(a_ticket())
    sla.clock.set(after(minutes=40))
    restarted = await component(
        "sla", clock=sla.clock, database_url=sla.service.settings.database_url
    )

    batch_size = await restarted.runs_due("clocks")
    sla.clock.move(seconds=1)
    a_second_later = await restarted.runs_due("clocks")

    assert (batch_size, a_second_later) == (0, 1)


async def test_a_clock_of_the_machine_that_is_put_back_does_not_make_the_service_listen_for_an_hour(
    component: MakeComponent, sla: Component
) -> None:
    await sla.hears(a_ticket())
    sla.clock.set(after(hours=1))
    restarted = await component(
        "sla", clock=sla.clock, database_url=sla.service.settings.database_url
    )

    sla.clock.set(after(minutes=16))

    assert await restarted.runs_due("clocks") == 1


async def test_an_instance_whose_clock_is_behind_takes_nothing_back(
    component: MakeComponent, sla: Component
) -> None:
    ticket = a_ticket()
    await sla.hears(ticket)
    behind = await component(
        "sla",
        clock=SettableClock(after(minutes=14)),
        database_url=sla.service.settings.database_url,
    )
    await rings_at(sla, after(minutes=15))

    await behind.hears(
        a_ticket(a_step("on_hold", after(minutes=14), reason="no_access"), id=ticket.id)
    )

    last = (await sla.said())[-1]
    assert (last.type, last.snapshot.clocks[0].state) == ("sla.clocks.recomputed.v1", "breached")
    assert all(said.announced_at >= said.fell_at for said in last.snapshot.announced)


async def test_a_category_changed_before_the_ticket_was_heard_of_at_all_says_nothing_twice(
    sla: Component,
) -> None:
    sla.clock.set(after(minutes=12))
    classes = tuple(
        Classing(at=at, category=category, priority=Priority.URGENT)
        for at, category in ((NINE, "lift"), (after(minutes=9), "door"))
    )

    await sla.hears(a_ticket(classes=classes))

    assert await announced(sla) == [
        ("response", 50, after(minutes=7.5), True),
        ("response", 75, after(minutes=11.25), False),
    ]


async def test_a_warning_of_a_clock_that_has_stopped_meanwhile_is_only_recorded(
    sla: Component,
) -> None:
    ticket = a_ticket()
    await sla.hears(ticket)
    sla.clock.set(after(minutes=30))

    await sla.hears(a_work_order(ticket, ("accepted", after(minutes=10))))

    assert await announced(sla) == [("response", 50, after(minutes=7.5), True)]
    assert [fact.type for fact in await sla.said()] == ["sla.clocks.started.v1"]


async def test_a_fact_that_comes_late_with_an_earlier_time_undoes_a_breach(sla: Component) -> None:
    ticket = a_ticket()
    await sla.hears(ticket)
    await rings_at(sla, after(minutes=15))

    await sla.hears(a_work_order(ticket, ("accepted", after(minutes=14))))

    last = (await sla.said())[-1]
    assert last.type == "sla.clocks.corrected.v1"
    assert last.detail == {"corrected": ["response"]}
    assert last.snapshot.clocks[0].state == "met"


async def test_a_share_that_was_announced_is_not_announced_again_because_a_pause_moved_the_due_time(
    sla: Component,
) -> None:
    ticket = a_ticket(answered_at=after(seconds=5))
    await sla.hears(ticket)
    await rings_at(sla, after(hours=1))
    sla.clock.set(after(hours=1, minutes=20))
    held = a_step("on_hold", after(hours=1, minutes=10), reason="no_access")
    await sla.hears(a_ticket(held, id=ticket.id, answered_at=after(seconds=5)))
    await sla.hears(
        a_ticket(
            held,
            a_step("open", after(hours=1, minutes=40)),
            id=ticket.id,
            answered_at=after(seconds=5),
        )
    )

    await rings_at(sla, after(hours=2))

    arrival = [
        (threshold, fell_at)
        for clock, threshold, fell_at, _ in await announced(sla)
        if clock == "arrival"
    ]
    assert arrival == [(50, after(hours=1)), (75, after(hours=2))]


async def test_two_instances_share_the_alarms_and_say_everything_once(
    component: MakeComponent, sla: Component
) -> None:
    tickets = [a_ticket() for _ in range(30)]
    await sla.hears(*tickets)
    other = await component("sla", clock=sla.clock, database_url=sla.service.settings.database_url)
    sla.clock.set(after(minutes=20))

    await asyncio.gather(
        sla.runs_due("clocks"),
        other.runs_due("clocks"),
        sla.runs_due("clocks"),
        other.runs_due("clocks"),
    )

    breaches = [fact.subject_id for fact in await sla.said("sla.clocks.breached.v1")]
    assert sorted(breaches) == sorted(str(ticket.id) for ticket in tickets)


async def test_a_breach_and_a_late_acceptance_at_once_end_in_the_same_state_in_any_order(
    component: MakeComponent, sla: Component
) -> None:
    tickets = [a_ticket() for _ in range(20)]
    await sla.hears(*tickets)
    other = await component("sla", clock=sla.clock, database_url=sla.service.settings.database_url)
    sla.clock.set(after(minutes=20))
    accepted = [a_work_order(ticket, ("accepted", after(minutes=14))) for ticket in tickets]

    await asyncio.gather(other.runs_due("clocks"), *(sla.hears(order) for order in accepted))

    async with sla.tx() as tx:
        states = [
            row["state"]
            for row in await tx.rows(text("select clocks -> 0 ->> 'state' as state from promises"))
        ]
    newest: dict[str, ClocksV1] = {fact.subject_id: fact.snapshot for fact in await sla.said()}
    assert states == ["met"] * 20
    assert not any(clocks.clocks[0].breached_at for clocks in newest.values())


async def test_a_moved_time_zone_moves_the_clocks_that_still_run(sla: Component) -> None:
    ticket = a_ticket(priority="normal")
    await sla.hears(a_site("Asia/Shanghai"), ticket)

    await sla.hears(a_site("Europe/Berlin", version=2))
    await sla.runs_due("sweeps")
    await sla.runs_due("clocks")

    first, last = (await sla.said())[0], (await sla.said())[-1]
    assert first.snapshot.clocks[0].due_at == after(hours=2)
    assert (last.type, last.snapshot.clocks[0].due_at) == (
        "sla.clocks.recomputed.v1",
        after(hours=8),
    )
