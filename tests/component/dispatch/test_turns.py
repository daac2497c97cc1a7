"""Sites take turns: none is kept waiting by another that is busy, or at which something is broken.

Two instances hand out at once.
"""

import asyncio

from sqlalchemy import text

from services.dispatch.actions.hand_out import hand_out
from services.dispatch.store.turns import claim_site
from shared.contracts import SiteV1, TicketV1
from shared.contracts.tickets import Priority
from tests.component.dispatch.world import (
    HAND_OUT,
    a_ticket,
    order_of,
    put_rules,
    put_technician,
    rest,
    rows,
    said_of,
    somebody_waits,
)
from tests.support.component import Component, MakeComponent
from tests.support.eventually import eventually


async def one_turn(dispatch: Component) -> str:
    """Hands out once, a second after the turn before; at which site."""
    dispatch.clock.move(seconds=1)
    async with dispatch.tx() as tx:
        [site] = await claim_site(tx, [], 1)
        await hand_out(tx, [site])
    return str(site.site_id)


async def test_a_site_with_more_work_than_fits_into_a_turn_waits_for_its_next_one(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await dispatch.hears(*[a_ticket() for _ in range(120)])
    dispatch.clock.move(seconds=1)
    await dispatch.hears(a_ticket(site_id="other"))

    turns = [await one_turn(dispatch) for _ in range(4)]

    assert turns == ["demo", "other", "demo", "demo"]
    assert await rows(
        dispatch, "select count(*) as n from work_orders where unassignable_at is not null"
    ) == [{"n": 121}]


async def test_whoever_finds_a_site_taken_by_another_instance_goes_on_with_the_next(
    component: MakeComponent,
) -> None:
    first = await component("dispatch")
    second = await component(
        "dispatch", database_url=first.service.settings.database_url, clock=first.clock
    )
    await first.hears(a_ticket())
    first.clock.move(seconds=1)
    await first.hears(a_ticket(site_id="other"))

    async with first.tx() as tx:
        [taken] = await claim_site(tx, [], 1)
        assert taken.site_id == "demo"
        turn = await one_turn(second)
        async with second.tx() as other:
            nothing_left = await claim_site(other, [], 1)

    assert (turn, nothing_left) == ("other", [])


async def test_a_site_at_which_something_is_broken_keeps_no_other_waiting(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await put_technician(dispatch, "wang", at="other", sites=["other"])
    async with dispatch.tx() as tx:
        await tx.execute(text("update technicians set skills = '[{}]' where id = 'li'"))
    broken, sound = a_ticket(), a_ticket(site_id="other")
    await dispatch.hears(broken, sound)

    await dispatch.service.due_workers[HAND_OUT].run_due()

    assert dispatch.service.due_workers[HAND_OUT].quarantined == 1
    assert (await said_of(dispatch, broken), await said_of(dispatch, sound)) == (
        ["created"],
        ["created", "offered"],
    )


async def test_a_site_whose_rules_cannot_be_read_keeps_no_other_waiting(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "wang", at="other", sites=["other"])
    await put_rules(dispatch)
    await rest(dispatch)
    async with dispatch.tx() as tx:
        await tx.execute(text("""update site_rules set body = '{"mode": "by magic"}'"""))
    unreadable, sound = a_ticket(), a_ticket(site_id="other")
    await dispatch.hears(unreadable, sound)

    await dispatch.service.due_workers[HAND_OUT].run_due()

    assert dispatch.service.due_workers[HAND_OUT].quarantined == 1
    assert (await said_of(dispatch, unreadable), await said_of(dispatch, sound)) == (
        ["created"],
        ["created", "offered"],
    )


async def test_what_none_can_take_is_tried_again_on_new_site_rules_and_as_often_as_they_say(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_rules(dispatch, retry_s=86400)
    await dispatch.hears(a_ticket())
    await rest(dispatch)

    await put_rules(dispatch, retry_s=60)
    changed = await dispatch.runs_due(HAND_OUT)
    dispatch.clock.move(seconds=59)
    early = await dispatch.runs_due(HAND_OUT)
    dispatch.clock.move(seconds=1)
    again = await dispatch.runs_due(HAND_OUT)

    assert (changed, early, again) == (1, 0, 1)


async def test_a_ticket_that_needs_something_else_is_looked_at_at_once(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.URGENT))
    looked = await dispatch.runs_due(HAND_OUT)
    await dispatch.hears(a_ticket(id=ticket.id, version=3, priority=Priority.URGENT))
    left_alone = await dispatch.runs_due(HAND_OUT)

    assert (looked, left_alone) == (1, 0)
    assert (await order_of(dispatch, ticket)).unassignable_at is not None


async def test_a_batch_with_a_site_and_its_tickets_waits_for_its_turn_without_locking_work_orders(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    site = SiteV1(
        id="demo", version=1, site_id="demo", code="DEMO", name="Demo", time_zone="Europe/Berlin"
    )

    async with dispatch.tx() as tx:
        taken = await claim_site(tx, [], 1)
        hearing = asyncio.create_task(
            dispatch.hears(a_ticket(id=ticket.id, version=2, priority=Priority.URGENT), site)
        )
        await eventually(lambda: somebody_waits(dispatch))
        await hand_out(tx, taken)
    await hearing
    await rest(dispatch)

    assert await said_of(dispatch, ticket) == ["created", "unassignable"]
    assert await rows(dispatch, "select rank from work_orders") == [{"rank": 1}]


async def test_a_site_whose_turn_waits_for_a_lock_keeps_no_other_waiting(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    worker = dispatch.service.due_workers[HAND_OUT]
    dispatch.database.after.schedule = lambda name, at: (
        worker.wake_at(at) if name == HAND_OUT else None
    )
    stuck = a_ticket()
    await dispatch.hears(stuck)

    async with dispatch.tx() as tx:
        await tx.rows(text("select from work_orders where id = :id for update"), id=stuck.id)
        running = asyncio.create_task(worker.run())
        await eventually(lambda: somebody_waits(dispatch))
        others = [a_ticket(site_id=f"other-{n}") for n in range(4)]
        for other in others:
            await dispatch.hears(other)
        # the lock is waited for longer
        said = await eventually(lambda: _all_said(dispatch, others), timeout_s=4)
        still = await said_of(dispatch, stuck)
        running.cancel()
        await asyncio.wait([running])

    assert said == [["created", "unassignable"]] * 4
    assert still == ["created"]


async def _all_said(dispatch: Component, tickets: list[TicketV1]) -> list[list[str]] | None:
    said = [await said_of(dispatch, ticket) for ticket in tickets]
    return said if all(len(each) > 1 for each in said) else None
