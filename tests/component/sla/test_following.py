"""Facts in, clocks out."""

import asyncio
from datetime import datetime
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import text

from services.sla.actions.compute_clocks import follow_work
from shared.contracts import Snapshot
from shared.contracts.categories import Nature, Road
from shared.contracts.tickets import Classing, Priority
from shared.ids import new_id
from tests.support.component import Component, MakeComponent
from tests.unit.sla.tickets import a_site, a_step, a_ticket, a_work_order, after, reclassed


async def test_a_ticket_that_is_opened_accepted_visited_and_resolved_in_time_keeps_all_its_promises(
    sla: Component,
) -> None:
    ticket = a_ticket()
    accepted, arrived, resolved = after(minutes=5), after(hours=1), after(hours=2)

    await sla.hears(a_site(), ticket)
    sla.clock.set(after(hours=2, seconds=1))
    await sla.hears(
        a_work_order(ticket, ("accepted", accepted), ("on_site", arrived), ("completed", resolved))
    )
    await sla.hears(
        a_ticket(
            a_step("assigned", accepted),
            a_step("in_progress", arrived),
            a_step("resolved", resolved),
            id=ticket.id,
        )
    )

    async with sla.http(id="resident-1") as resident:
        answer = (await resident.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).json()
    assert [(clock["kind"], clock["state"]) for clock in answer["items"]] == [
        ("response", "met"),
        ("arrival", "met"),
        ("resolution", "met"),
    ]
    assert [(fact.type, fact.version) for fact in await sla.said()] == [
        ("sla.clocks.started.v1", 1),
        ("sla.clocks.settled.v1", 2),
    ]


async def test_an_arrival_that_a_trusted_phone_told_late_counts_from_when_it_was(
    sla: Component,
) -> None:
    ticket = a_ticket()
    accepted, arrived = after(minutes=5), after(minutes=30)
    await sla.hears(a_site(), ticket)
    await sla.hears(a_work_order(ticket, ("accepted", accepted)))
    sla.clock.set(after(hours=9))
    await sla.runs_due("clocks")

    order = a_work_order(ticket, ("accepted", accepted), ("on_site", arrived))
    *_, last = order.jobs[0].steps
    told = last.model_copy(update={"said_at": arrived, "received_at": after(hours=9)})
    job = order.jobs[0].model_copy(update={"steps": (*order.jobs[0].steps[:-1], told)})
    await sla.hears(order.model_copy(update={"jobs": (job,)}))

    async with sla.http(id="resident-1") as resident:
        answer = (await resident.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).json()
    clocks = {clock["kind"]: clock for clock in answer["items"]}
    assert clocks["arrival"]["state"] == "met"
    assert datetime.fromisoformat(clocks["arrival"]["stopped_at"]) == arrived


async def test_a_complaint_is_promised_an_answer_and_no_visit_until_danger_is_written_on_it(
    sla: Component,
) -> None:
    def on(road: Road, at: datetime, priority: Priority) -> Classing:
        nature = Nature.COMPLAINT
        return Classing(at=at, category="complaint", priority=priority, nature=nature, road=road)

    at_desk = on(Road.DESK, after(), Priority.NORMAL)
    sent = on(Road.DISPATCH, after(hours=1), Priority.EMERGENCY)
    complaint = a_ticket(classes=(at_desk,), road=Road.DESK, nature=Nature.COMPLAINT)

    async def shown() -> list[tuple[str, str, str]]:
        async with sla.http(id="resident-1") as resident:
            answer = await resident.get("/v1/clocks", params={"ticket_id": str(complaint.id)})
        return [(each["kind"], each["state"], each["due_at"]) for each in answer.json()["items"]]

    await sla.hears(a_site(), complaint)
    before = await shown()
    sla.clock.set(after(hours=1, seconds=1))
    await sla.hears(
        a_ticket(id=complaint.id, classes=(at_desk, sent), nature=Nature.COMPLAINT, version=2)
    )

    assert [kind for kind, _, _ in before] == ["response", "resolution"]
    arrival = (await shown())[1]
    assert arrival == ("arrival", "running", "2026-11-23T02:30:00Z")
    assert [fact.type for fact in await sla.said()][-1].startswith("sla.clocks.")


async def clocks_by_ticket(sla: Component) -> dict[UUID, list[dict[str, object]]]:
    async with sla.tx() as tx:
        rows = await tx.rows(text("select ticket_id, clocks from promises"))
    return {row["ticket_id"]: row["clocks"] for row in rows}


async def versions_by_ticket(sla: Component) -> dict[str, list[int]]:
    versions: dict[str, list[int]] = {}
    for fact in await sla.said():
        versions.setdefault(fact.subject_id, []).append(fact.version)
    return versions


def a_history(id: UUID) -> list[Snapshot]:
    """Four facts about one ticket: opened, held for the resident, taken on, resolved.

    The last of each owner says it all.
    """
    held, resolved = (
        a_step("on_hold", after(minutes=20), reason="waiting_resident"),
        a_step("resolved", after(hours=2)),
    )
    opened = a_ticket(id=id)
    return [
        opened,
        a_ticket(held, id=id),
        a_work_order(opened, ("offered", after(minutes=1)), ("accepted", after(minutes=14))),
        a_ticket(held, a_step("open", after(minutes=50)), resolved, id=id),
    ]


async def test_every_order_of_a_history_twice_over_ends_in_the_same_clocks(sla: Component) -> None:
    orders = [
        [history[n] for n in order]
        for order in permutations(range(4))
        for history in [a_history(new_id())]
    ]
    sla.clock.set(after(hours=3))

    for history in orders:
        for fact in (*history, history[0], history[2]):
            await sla.hears(fact)

    ends = list((await clocks_by_ticket(sla)).values())
    assert len(ends) == 24
    assert all(end == ends[0] for end in ends)
    assert [clock["state"] for clock in ends[0]] == ["met", "met", "met"]
    assert all(
        versions == list(range(1, len(versions) + 1))
        for versions in (await versions_by_ticket(sla)).values()
    )


async def test_what_is_heard_again_is_not_said_again(sla: Component) -> None:
    ticket = a_ticket()
    order = a_work_order(ticket, ("accepted", after(seconds=5)))
    await sla.hears(ticket)
    await sla.hears(order)

    await sla.hears(ticket)
    await sla.hears(order)
    await sla.hears(ticket.model_copy(update={"version": 2, "title": "Only the title is new"}))

    assert [fact.type for fact in await sla.said()] == ["sla.clocks.started.v1"]


async def test_the_facts_of_a_whole_life_are_that_its_promises_started_and_that_they_are_settled(
    sla: Component,
) -> None:
    ticket = a_ticket()
    way = [
        ("offered", 1),
        ("accepted", 2),
        ("travelling", 3),
        ("on_site", 4),
        ("working", 5),
        ("completed", 6),
    ]
    jobs = [(state, after(minutes=minute)) for state, minute in way]
    steps = [
        a_step("assigned", after(minutes=2)),
        a_step("in_progress", after(minutes=3)),
        a_step("resolved", after(minutes=6)),
    ]

    await sla.hears(ticket)
    for n in range(1, len(jobs) + 1):
        sla.clock.set(jobs[n - 1][1])
        await sla.hears(a_work_order(ticket, *jobs[:n]))
        heard = [step for step in steps if step.at <= jobs[n - 1][1]]
        await sla.hears(a_ticket(*heard, id=ticket.id))
    await sla.hears(a_ticket(*steps, a_step("closed", after(minutes=7)), id=ticket.id))

    first, last = await sla.said()
    assert (first.type, first.detail) == (
        "sla.clocks.started.v1",
        {"started": ["response", "arrival", "resolution"]},
    )
    assert (last.type, last.version, last.detail) == (
        "sla.clocks.settled.v1",
        2,
        {"settled": ["resolution"]},
    )
    assert [clock.stopped_at for clock in last.snapshot.clocks] == [
        after(minutes=minute) for minute in (2, 4, 6)
    ]


async def test_a_promise_that_was_kept_is_shown_at_once_though_the_version_is_the_same(
    sla: Component,
) -> None:
    ticket = a_ticket()
    await sla.hears(ticket)

    await sla.hears(a_work_order(ticket, ("accepted", after(seconds=5))))

    async with sla.http(id="resident-1") as resident:
        answer = (await resident.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).json()
    assert [(clock["kind"], clock["state"]) for clock in answer["items"]] == [
        ("response", "met"),
        ("arrival", "running"),
        ("resolution", "running"),
    ]
    assert answer["version"] == 1


async def test_a_ticket_that_is_reopened_has_its_clocks_told_again(sla: Component) -> None:
    resolved, reopened = a_step("resolved", after(hours=1)), a_step("open", after(hours=2), cycle=2)
    ticket = a_ticket()
    sla.clock.set(after(hours=2, seconds=1))
    await sla.hears(ticket)
    await sla.hears(a_ticket(resolved, id=ticket.id))

    await sla.hears(a_ticket(resolved, reopened, id=ticket.id))

    _, settled, last = await sla.said()
    assert settled.type == "sla.clocks.settled.v1"
    assert (last.type, last.detail) == (
        "sla.clocks.recomputed.v1",
        {"recomputed": ["arrival", "resolution"]},
    )
    assert last.snapshot.clocks[-1].due_at == after(hours=9)


async def test_a_ticket_first_heard_of_when_it_is_over_is_one_fact(sla: Component) -> None:
    sla.clock.set(after(hours=2))

    await sla.hears(a_ticket(a_step("resolved", after(hours=1))))

    [fact] = await sla.said()
    assert (fact.type, fact.detail["also"]) == ("sla.clocks.settled.v1", ["started", "breached"])


async def test_a_ticket_and_its_work_order_followed_in_one_transaction_are_one_version(
    sla: Component,
) -> None:
    ticket = a_ticket()
    held = a_ticket(a_step("on_hold", after(minutes=1), reason="no_access"), id=ticket.id)
    resolved = a_ticket(*held.steps[1:], a_step("resolved", after(minutes=3)), id=ticket.id)
    sla.clock.set(after(minutes=4))
    await sla.hears(ticket)

    async with sla.tx() as tx:
        await follow_work(tx, [held], [])
        await follow_work(tx, [], [a_work_order(ticket, ("accepted", after(minutes=2)))])
        await follow_work(tx, [resolved], [])

    last = (await sla.said())[-1]
    assert (last.type, last.version, last.detail["also"]) == (
        "sla.clocks.settled.v1",
        2,
        ["recomputed"],
    )
    assert last.snapshot.clocks[0].stopped_at == after(minutes=2)


async def rows_written(sla: Component) -> list[str]:
    """By which transaction each ticket's row was written last."""
    async with sla.tx() as tx:
        return [
            row["xmin"] for row in await tx.rows(text("select cast(xmin as text) from promises"))
        ]


async def test_news_that_no_clock_depends_on_leaves_the_rows_alone(sla: Component) -> None:
    ticket = a_ticket()
    taken = ("offered", after(seconds=5)), ("accepted", after(seconds=9))
    await sla.hears(ticket)
    await sla.hears(a_work_order(ticket, *taken))
    before = await rows_written(sla)

    await sla.hears(a_work_order(ticket, *taken, ("travelling", after(minutes=1))))
    await sla.hears(ticket.model_copy(update={"version": 2, "title": "Only the title is new"}))

    assert await rows_written(sla) == before


async def test_a_state_that_changes_no_clock_is_shown_on_the_board_and_counted_without_a_fact(
    sla: Component,
) -> None:
    ticket = a_ticket()
    await sla.hears(ticket)
    await sla.hears(a_work_order(ticket, ("accepted", after(seconds=9))))
    said = len(await sla.said())

    await sla.hears(a_ticket(a_step("assigned", after(seconds=9)), id=ticket.id))

    async with sla.http(role="dispatcher") as desk, sla.http(role=None) as prometheus:
        board = (await desk.get("/v1/board", params={"site": "demo"})).json()
        metrics = (await prometheus.get("/metrics")).text
    assert len(await sla.said()) == said
    assert [shown["ticket_state"] for shown in board["open"]] == ["assigned"]
    assert 'fettle_sla_open_tickets{priority="urgent",state="assigned"} 1.0' in metrics
    assert 'fettle_sla_open_tickets{priority="urgent",state="open"} 0.0' in metrics


async def test_a_work_order_heard_before_its_ticket_counts_once_the_ticket_is_heard(
    sla: Component,
) -> None:
    ticket = a_ticket()

    await sla.hears(a_work_order(ticket, ("accepted", after(seconds=5))))
    before = await sla.said()
    await sla.hears(ticket)

    assert before == []
    assert (await sla.said())[-1].snapshot.clocks[0].stopped_at == after(seconds=5)


async def test_a_ticket_and_its_work_order_heard_by_two_instances_at_once_miss_nothing(
    component: MakeComponent, sla: Component
) -> None:
    other = await component("sla", clock=sla.clock, database_url=sla.service.settings.database_url)
    tickets = [a_ticket() for _ in range(25)]
    orders = [a_work_order(ticket, ("accepted", after(seconds=5))) for ticket in tickets]

    await asyncio.gather(
        *(sla.hears(ticket) for ticket in tickets), *(other.hears(order) for order in orders)
    )

    responses = [clocks[0]["state"] for clocks in (await clocks_by_ticket(sla)).values()]
    assert responses == ["met"] * 25
    assert all(
        versions == list(range(1, len(versions) + 1))
        for versions in (await versions_by_ticket(sla)).values()
    )


async def test_a_batch_of_many_tickets_and_sites_is_one_piece_of_work(sla: Component) -> None:
    tickets = [a_ticket(site_id=f"site-{n % 3}", opened_at=after(minutes=-n)) for n in range(60)]

    await sla.hears(*(a_site("Asia/Shanghai", id=f"site-{n}") for n in range(3)), *tickets)

    assert len(await clocks_by_ticket(sla)) == 60


async def test_a_site_with_a_time_zone_that_is_none_becomes_a_dead_letter_and_its_neighbours_go_on(
    sla: Component,
) -> None:
    with pytest.raises(AssertionError, match="no IANA time zone"):
        await sla.hears(
            a_site("Mars/Olympus", id="mars"), a_site("Europe/Berlin"), a_ticket(priority="normal")
        )

    assert (await sla.said())[-1].snapshot.clocks[0].due_at == after(hours=8)


async def test_a_change_of_priority_is_timed_by_the_policy_of_the_new_one(sla: Component) -> None:
    ticket = a_ticket()
    await sla.hears(ticket)
    sla.clock.set(after(minutes=1))

    await sla.hears(a_ticket(id=ticket.id, classes=reclassed(after(minutes=1), "emergency")))

    last = (await sla.said())[-1]
    assert (last.type, [clock.due_at for clock in last.snapshot.clocks]) == (
        "sla.clocks.recomputed.v1",
        [after(minutes=5), after(minutes=30), after(hours=2)],
    )


async def test_holds_and_cancelling_are_said_in_the_words_of_the_facts(sla: Component) -> None:
    ticket = a_ticket()
    held, released = (
        a_step("on_hold", after(minutes=1), reason="no_access"),
        a_step("open", after(minutes=2)),
    )
    sla.clock.set(after(minutes=4))

    for steps in (
        (),
        (held,),
        (held, released),
        (held, released, a_step("cancelled", after(minutes=3))),
    ):
        await sla.hears(a_ticket(*steps, id=ticket.id))

    assert [(fact.type, fact.detail) for fact in await sla.said()] == [
        ("sla.clocks.started.v1", {"started": ["response", "arrival", "resolution"]}),
        ("sla.clocks.recomputed.v1", {"recomputed": ["arrival", "resolution"]}),
        ("sla.clocks.recomputed.v1", {"recomputed": ["arrival", "resolution"]}),
        ("sla.clocks.settled.v1", {"settled": ["response", "arrival", "resolution"]}),
    ]


async def test_the_clocks_of_a_merge_that_is_undone_go_on_as_if_it_had_never_been(
    sla: Component,
) -> None:
    ticket = a_ticket()
    merged = a_step("cancelled", after(minutes=5), cause="dana")
    alone = a_step("open", after(minutes=40), cycle=2, cause="dana")

    async def clocks() -> dict[str, tuple[str, str | None]]:
        async with sla.http(id="resident-1") as resident:
            answer = await resident.get("/v1/clocks", params={"ticket_id": str(ticket.id)})
        return {
            clock["kind"]: (clock["state"], clock["due_at"]) for clock in answer.json()["items"]
        }

    await sla.hears(a_site(), ticket)
    before = await clocks()
    sla.clock.set(after(minutes=6))
    await sla.hears(a_ticket(merged, id=ticket.id))
    ended = await clocks()
    sla.clock.set(after(minutes=41))
    await sla.hears(a_ticket(merged, alone, id=ticket.id))
    again = await clocks()

    assert {state for state, _ in ended.values()} == {"cancelled"}
    assert {kind: due for kind, (_, due) in again.items()} == {
        kind: due for kind, (_, due) in before.items()
    }
    assert {kind: state for kind, (state, _) in again.items()} == {
        "response": "breached",
        "arrival": "running",
        "resolution": "running",
    }
    assert [fact.type.split(".")[2] for fact in await sla.said()] == [
        "started",
        "settled",
        "breached",
    ]
    async with sla.tx() as tx:
        figures = await tx.rows(
            text("select kind, counted, n from figures where kind <> 'ticket' and n <> 0")
        )
    assert {(row["kind"], row["counted"]): row["n"] for row in figures} == {
        ("response", "breached"): 1,
        ("response", "breaches"): 1,
        ("arrival", "running"): 1,
        ("resolution", "running"): 1,
    }


async def test_the_time_to_object_is_told_with_the_resolution_in_the_sites_working_days(
    sla: Component,
) -> None:
    asks, says_nothing = a_ticket(), a_ticket(site_id="other")
    site = a_site().model_copy(update={"close_after_working_days": 3})
    await sla.hears(site, a_site(id="other"), asks, says_nothing)
    resolved = a_step("resolved", after(hours=1))
    sla.clock.set(after(hours=1, seconds=1))

    await sla.hears(
        a_ticket(resolved, id=asks.id), a_ticket(resolved, id=says_nothing.id, site_id="other")
    )
    await sla.hears(site.model_copy(update={"version": 2, "close_after_working_days": 9}))
    await sla.hears(a_ticket(resolved, a_step("closed", after(hours=2)), id=asks.id))

    ends = {
        fact.subject_id: fact.snapshot.objection_ends_at
        for fact in await sla.said()
        if fact.version > 1
    }
    assert ends == {str(asks.id): after(days=3, hours=1), str(says_nothing.id): None}
    async with sla.http(id="resident-1") as resident:
        shown = (await resident.get("/v1/clocks", params={"ticket_id": str(asks.id)})).json()
    assert datetime.fromisoformat(shown["objection_ends_at"]) == after(days=3, hours=1)


async def test_a_promise_that_was_broken_and_waited_for_ends_as_cancelled_with_its_ticket(
    sla: Component,
) -> None:
    ticket = a_ticket()
    await sla.hears(a_site(), ticket)
    sla.clock.set(after(minutes=16))
    await sla.runs_due("clocks")

    await sla.hears(a_ticket(a_step("cancelled", after(minutes=20)), id=ticket.id))

    async with sla.http(id="resident-1") as resident:
        shown = (await resident.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).json()
    assert [clock["state"] for clock in shown["items"]] == ["cancelled"] * 3
    assert shown["items"][0]["breached_at"] is not None
