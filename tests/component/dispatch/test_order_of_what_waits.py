"""What waits is handed out by urgency, then by what is promised, however that came to be known."""

import importlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text

from shared.contracts import TicketV1
from shared.contracts.tickets import Priority
from shared.db.migrations import upgrade
from tests.component.dispatch.world import (
    HAND_OUT,
    a_promise,
    a_ticket,
    put_technician,
    rest,
    rows,
    somebody_waits,
)
from tests.component.plans.explaining import cost_of, statements_of_stores
from tests.support.component import Component, MakeComponent
from tests.support.engines import Databases
from tests.support.statements import statements_of

_MIGRATION = importlib.import_module("services.dispatch.migrations.versions.0007_jobs_by_due")
_AS_BEFORE = f"""
    drop index jobs_waiting;
    alter table jobs drop column rank, drop column due_at, drop column holder_bars;
    alter table offers drop column interrupts, drop column assigned_by,
      drop column overrule;
    create index jobs_waiting on jobs (site_id, needed) where state = 'waiting' and not held;
    alter table planning_queue rename to wakes;
    alter index planning_queue_pkey rename to wakes_pkey;
    alter index planning_queue_due rename to wakes_due;
    alter index planning_queue_by_site rename to wakes_by_site;
    alter index planning_queue_by_job rename to wakes_by_job;
    alter index planning_queue_news rename to wakes_news;
    update alembic_version set version_num = '{_MIGRATION.down_revision}'"""
_BACKLOG = """
    with new as (select gen_random_uuid() as id, n from generate_series(1, $1) n),
    orders as (insert into work_orders select id, 1, 1, 'demo', 1, 'waiting', null,
      '{"category": "plumbing", "priority": "normal"}', 2,
        false, 'plumbing', null, '[]', null from new),
    promised as (insert into promises select id, now() + n % 997 * interval '1 minute' from new)
    insert into jobs select gen_random_uuid(), id, 'demo', 1, 1, 'waiting', null, null, null, null,
      '[]', null, array['plumbing:1'], false,
        null, 2, now() + n % 997 * interval '1 minute' from new"""
_LOOK = {
    "site_id": "demo",
    "rank": -1,
    "due": 0.0,
    "work_order_id": UUID(int=0),
    "id": UUID(int=0),
    "looked_at": [],
    "offered": ["plumbing:1"],
    "offered_in_emergencies": ["plumbing:1"],
    "since": datetime(2026, 1, 1, tzinfo=UTC),
    "limit": 8,
}
_PLACES = "select id, rank, due_at from jobs order by id"


async def offered_one_by_one(dispatch: Component, tickets: Mapping[str, TicketV1]) -> list[str]:
    """The names of the tickets in the order in which technicians who come one after another are
    offered them.
    """
    names = []
    for number in range(len(tickets)):
        await put_technician(dispatch, f"t{number}", capacity=1)
        await rest(dispatch)
        offered = await rows(
            dispatch, "select work_order_id from offers where technician_id = :id", id=f"t{number}"
        )
        names += [
            name
            for name, ticket in tickets.items()
            for row in offered
            if row["work_order_id"] == ticket.id
        ]
    return names


async def test_what_waits_is_offered_by_urgency_and_then_by_what_is_promised(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    tickets = {
        "low, soon": a_ticket(priority=Priority.LOW),
        "nothing promised": a_ticket(),
        "late": a_ticket(),
        "soon": a_ticket(),
        "urgent, late": a_ticket(priority=Priority.URGENT),
        "made urgent": a_ticket(priority=Priority.LOW),
        "promised before it came": a_ticket(),
    }
    await dispatch.hears(a_promise(tickets["promised before it came"], minutes=20))
    await dispatch.hears(*tickets.values())
    await rest(dispatch)
    promised = {"low, soon": 1, "late": 90, "soon": 10, "urgent, late": 60, "made urgent": 5}
    await dispatch.hears(
        *[a_promise(tickets[name], minutes=minutes) for name, minutes in promised.items()]
    )
    await dispatch.hears(
        a_ticket(id=tickets["made urgent"].id, version=2, priority=Priority.URGENT)
    )
    await dispatch.hears(a_promise(tickets["late"], minutes=30, version=2))
    await rest(dispatch)

    assert await offered_one_by_one(dispatch, tickets) == [
        *(
            "made urgent",
            "urgent, late",
            "soon",
            "promised before it came",
            "late",
            "nothing promised",
            "low, soon",
        )
    ]


async def test_a_ticket_and_its_promise_in_one_batch_are_in_order_with_the_first_look(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    tickets = {"later": a_ticket(), "soon": a_ticket(), "last": a_ticket()}
    minutes = {"later": 20, "soon": 10, "last": 30}

    await dispatch.hears_at_once(
        *tickets.values(), *[a_promise(tickets[name], minutes=minutes[name]) for name in tickets]
    )
    await rest(dispatch)

    assert await offered_one_by_one(dispatch, tickets) == ["soon", "later", "last"]
    assert (
        await rows(
            dispatch,
            "select 1 from jobs j join promises p on p.id = j.work_order_id "
            "where j.due_at <> p.due_at",
        )
        == []
    )


async def test_a_job_that_stands_in_the_wrong_place_is_put_in_its_own_when_it_is_looked_at(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    tickets = {
        "later": a_ticket(),
        "urgent": a_ticket(priority=Priority.URGENT),
        "soon": a_ticket(),
    }
    await dispatch.hears(*tickets.values())
    await dispatch.hears(
        *[
            a_promise(tickets[name], minutes=minutes)
            for name, minutes in (("later", 20), ("soon", 10))
        ]
    )
    await rest(dispatch)
    right = await rows(dispatch, _PLACES)
    async with dispatch.tx() as tx:  # as a release before leaves them
        await tx.execute(text("update jobs set rank = 2, due_at = 'infinity'"))

    dispatch.clock.move(minutes=15)
    await rest(dispatch)

    assert await rows(dispatch, _PLACES) == right
    assert await offered_one_by_one(dispatch, tickets) == ["urgent", "soon", "later"]


async def test_a_job_that_another_transaction_is_writing_is_moved_later_and_nothing_waits_for_it(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    async with dispatch.tx() as tx:
        await tx.rows(text("select from jobs for update"))
        await dispatch.hears(a_promise(ticket, minutes=10))
        waited = await somebody_waits(dispatch)
    dispatch.clock.move(minutes=15)
    await rest(dispatch)

    assert not waited
    assert (
        await rows(
            dispatch,
            "select 1 from jobs j join promises p on p.id = j.work_order_id "
            "where j.due_at = p.due_at",
        )
        != []
    )


async def test_nothing_is_sent_to_move_a_job_that_does_not_wait(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await rest(dispatch)
    ticket = a_ticket()
    await dispatch.hears(ticket)

    with statements_of(dispatch.database) as sent:
        await dispatch.hears(a_promise(ticket, minutes=10))

    assert [each for each in sent if "update jobs" in each] == []
    assert await dispatch.runs_due(HAND_OUT) == 0


async def test_a_look_for_one_technician_reads_no_more_of_a_long_backlog_than_of_a_short_one(
    databases: Databases,
) -> None:
    url = await databases.unused("dispatch")
    connection = await asyncpg.connect(url)
    blocks = []
    try:
        for more in (100, 4900):
            await connection.execute(_BACKLOG.replace("$1", str(more)))
            await connection.execute("vacuum analyze")
            blocks.append(
                (
                    await cost_of(
                        connection,
                        statements_of_stores("dispatch")["waiting_jobs._NEXT_PAGE"],
                        _LOOK,
                    )
                ).blocks
            )
    finally:
        await connection.close()
        await databases.discard(url)

    # the indexes are a level higher, three of them for each job on the page
    assert blocks[1] < blocks[0] + 100


async def test_the_migration_puts_what_waits_in_its_place(
    component: MakeComponent, databases: Databases
) -> None:
    url = await databases.fresh("dispatch")
    dispatch = await component("dispatch", database_url=url)
    tickets = [
        a_ticket(priority=priority) for priority in (Priority.LOW, Priority.URGENT, Priority.NORMAL)
    ]
    await dispatch.hears(*tickets)
    await dispatch.hears(*[a_promise(ticket, minutes=n) for n, ticket in enumerate(tickets[:2], 1)])
    await rest(dispatch)
    connection = await asyncpg.connect(url)
    try:
        written: list[Any] = await connection.fetch(_PLACES)
        await connection.execute(_AS_BEFORE)

        await upgrade(url, "dispatch")

        assert sorted(row["rank"] for row in written) == [1, 2, 3]
        assert await connection.fetch(_PLACES) == written
    finally:
        await connection.close()
