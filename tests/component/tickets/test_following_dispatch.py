"""Facts in: the ticket is what its work order says, however often and in whatever order it is
heard.
"""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts import ClocksV1
from shared.contracts.dispatch import Barred, JobState, WorkOrderState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from tests.component.tickets.arranging import Tickets, a_technician, an_order

WORKED = (
    JobState.ACCEPTED,
    JobState.TRAVELLING,
    JobState.ON_SITE,
    JobState.WORKING,
    JobState.COMPLETED,
)


async def test_accepted_work_assigns_the_ticket_and_completed_work_resolves_it(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()

    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, version=2, at=now)
    )
    assigned = await tickets.get(opened["id"])
    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.DONE, *WORKED, version=3, at=now)
    )

    assert assigned["state"] == "assigned"
    assert (await tickets.get(opened["id"]))["state"] == "resolved"
    assert await tickets.said() == ["opened", "assigned", "resolved"]
    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    for_staff = await tickets.send("GET", f"tickets/{opened['id']}/timeline", as_="dispatcher")
    assert "technician_id" not in timeline["items"][1]["detail"]
    assert for_staff["items"][1]["detail"]["technician_id"] == "tech-1"
    closed = await tickets.post(f"tickets/{opened['id']}/confirm")
    assert closed["state"] == "closed"


async def test_however_often_and_in_whatever_order_it_is_heard_the_end_is_the_same(
    tickets: Tickets,
) -> None:
    ends = set()
    for order_of_hearing in permutations(range(3)):
        opened = await tickets.open()
        now = tickets.component.clock.now() + timedelta(minutes=9)
        history = [
            an_order(
                opened["id"],
                WorkOrderState.ACCEPTED,
                JobState.ACCEPTED,
                version=2,
                at=now - timedelta(minutes=5),
            ),
            an_order(
                opened["id"],
                WorkOrderState.PAUSED,
                *WORKED[:3],
                JobState.PAUSED,
                version=3,
                at=now,
                reason="no_access",
            ),
            an_order(opened["id"], WorkOrderState.DONE, *WORKED, version=4, at=now),
        ]
        for n in order_of_hearing:
            await tickets.component.hears(history[n])
            await tickets.component.hears(history[n])
        ticket = await tickets.get(opened["id"])
        versions = [
            fact.version
            for fact in await tickets.component.said()
            if fact.subject_id == opened["id"]
        ]
        ends.add((ticket["state"], ticket["hold"], versions == list(range(1, len(versions) + 1))))

    assert ends == {("resolved", None, True)}


async def test_a_backlog_of_one_ticket_is_folded_to_its_newest(tickets: Tickets) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()

    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, version=2, at=now),
        an_order(opened["id"], WorkOrderState.WORKING, *WORKED[:4], version=5, at=now),
        an_order(
            opened["id"],
            WorkOrderState.WAITING,
            JobState.ACCEPTED,
            JobState.WAITING,
            version=3,
            at=now,
        ),
    )

    assert await tickets.said() == ["opened", "started"]


async def test_work_heard_of_only_when_it_is_done_is_one_fact_and_a_line_for_each_step(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()

    await tickets.component.hears(
        an_order(
            opened["id"],
            WorkOrderState.DONE,
            JobState.ACCEPTED,
            JobState.COMPLETED,
            at=tickets.component.clock.now(),
        )
    )

    resolved = (await tickets.component.said())[-1]
    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert (resolved.type, resolved.version) == ("tickets.ticket.resolved.v1", 2)
    assert resolved.detail == {"technician_id": "tech-1", "reason": None, "also": ["assigned"]}
    assert [step.state for step in resolved.snapshot.steps] == ["open", "assigned", "resolved"]
    assert [line["name"] for line in timeline["items"]] == ["opened", "assigned", "resolved"]


async def test_a_work_order_of_a_ticket_nobody_knows_is_kept_and_no_error(tickets: Tickets) -> None:
    now = tickets.component.clock.now()

    await tickets.component.hears(
        an_order(
            "01900000-0000-7000-8000-000000000001", WorkOrderState.WORKING, JobState.WORKING, at=now
        )
    )

    assert await tickets.said() == []


async def test_work_of_an_earlier_cycle_is_on_the_timeline_and_changes_nothing(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    await tickets.post(
        f"tickets/{opened['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
    )
    reopened = await tickets.post(f"tickets/{opened['id']}/reopen", {"reason": "drips"})

    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.DONE, *WORKED, version=4, at=now)
    )

    after = await tickets.get(opened["id"])
    timeline = await tickets.send("GET", f"tickets/{opened['id']}/timeline")
    assert (after["state"], after["version"]) == ("open", reopened["version"])
    assert (timeline["items"][-1]["name"], timeline["items"][-1]["detail"]) == (
        "earlier_work",
        {"cycle": 1, "state": "done"},
    )


async def test_the_view_of_dispatch_and_sla_is_beside_the_ticket_outside_its_version(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    arrival = now + timedelta(hours=1)
    order = an_order(
        opened["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, at=now, planned_arrival=arrival
    )
    await tickets.component.hears(order, a_technician("tech-1", "Maria Lopez"))
    version = (await tickets.get(opened["id"]))["version"]

    due = ClockV1(kind=ClockKind.ARRIVAL, state=ClockState.RUNNING, started_at=now, due_at=arrival)
    await tickets.component.hears(
        ClocksV1(
            id=order.id,
            version=1,
            site_id="demo",
            policy_id="default",
            policy_version=1,
            clocks=(due,),
        ),
        a_technician("tech-1", "Ann Lee"),
    )

    view = await tickets.get(opened["id"])
    assert view["version"] == version == 2
    assert (view["work"]["technician"], view["work"]["job_state"], view["work"]["state"]) == (
        "Maria",
        "accepted",
        "accepted",
    )
    assert view["work"]["planned_arrival"] == arrival.isoformat().replace("+00:00", "Z")
    assert view["work"]["technician_id"] is None
    assert (await tickets.get(opened["id"], as_="dispatcher"))["work"]["technician_id"] == "tech-1"
    assert [(clock["kind"], clock["state"], clock["breached"]) for clock in view["clocks"]] == [
        ("arrival", "running", False)
    ]


async def test_a_ticket_that_no_technician_can_take_says_so_to_its_resident_and_why_to_staff_alone(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    order = an_order(opened["id"], WorkOrderState.WAITING, JobState.WAITING, at=now)
    barred = (Barred(technician_id="tech-1", codes=("lacks_skill",)),)
    await tickets.component.hears(
        order.model_copy(update={"unassignable_at": now, "unassignable": barred})
    )

    resident, staff = (
        await tickets.get(opened["id"]),
        await tickets.get(opened["id"], as_="dispatcher"),
    )

    assert (
        resident["work"]["unassignable_at"]
        == staff["work"]["unassignable_at"]
        == now.isoformat().replace("+00:00", "Z")
    )
    assert resident["work"]["unassignable"] == []
    assert staff["work"]["unassignable"] == [{"technician_id": "tech-1", "codes": ["lacks_skill"]}]


async def test_the_clocks_beside_a_ticket_stop_with_its_own_steps_before_sla_has_said_so(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    clocks = tuple(
        ClockV1(
            kind=kind, state=ClockState.RUNNING, started_at=now, due_at=now + timedelta(minutes=3)
        )
        for kind in ClockKind
    )
    promised = ClocksV1(
        id=UUID(opened["id"]),
        version=1,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=clocks,
    )
    await tickets.component.hears(promised)

    seen = [(await tickets.get(opened["id"]))["clocks"]]
    steps = [
        (WorkOrderState.ACCEPTED, WORKED[:1]),
        (WorkOrderState.ON_SITE, WORKED[:3]),
        (WorkOrderState.WAITING, (*WORKED[:3], JobState.WAITING)),
        (WorkOrderState.DONE, WORKED),
    ]
    for n, (state, jobs) in enumerate(steps, start=1):
        at = now + timedelta(minutes=n)
        await tickets.component.hears(an_order(opened["id"], state, *jobs, version=n + 1, at=at))
        seen.append((await tickets.get(opened["id"]))["clocks"])

    assert [[clock["state"] for clock in each] for each in seen] == [
        ["running", "running", "running"],
        ["met", "running", "running"],
        ["met", "met", "running"],
        ["met", "met", "running"],
        ["met", "met", "breached"],
    ]
    assert datetime.fromisoformat(seen[-1][2]["stopped_at"]) == now + timedelta(minutes=4)


async def test_a_technician_reads_a_ticket_while_offered_or_holding_its_job(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    who: dict[str, Any] = {"as_": "technician", "id": "tech-1"}
    now = tickets.component.clock.now()
    await tickets.get(opened["id"], status=404, **who)

    offered = {"tech-1": now + timedelta(minutes=15)}
    await tickets.component.hears(
        an_order(
            opened["id"],
            WorkOrderState.WAITING,
            JobState.WAITING,
            JobState.OFFERED,
            at=now,
            version=2,
            technician=None,
            offered_to=offered,
        )
    )
    await tickets.get(opened["id"], **who)
    tickets.component.clock.move(minutes=15)
    await tickets.get(opened["id"], status=404, **who)
    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.WORKING, *WORKED[:4], at=now, version=3)
    )
    await tickets.get(opened["id"], **who)
    await tickets.send("GET", f"tickets/{opened['id']}/timeline", **who)
    await tickets.post(f"tickets/{opened['id']}/cancel", status=403, **who)
    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.DONE, *WORKED, at=now, version=4)
    )

    await tickets.get(opened["id"], status=404, **who)
    await tickets.get(opened["id"], status=404, as_="technician", id="tech-2")


async def test_work_that_moves_within_what_its_ticket_is_writes_no_row_and_is_observed_all_the_same(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    travelling, on_site, working = (
        an_order(opened["id"], state, *WORKED[:steps], version=steps, at=now)
        for state, steps in (
            (WorkOrderState.TRAVELLING, 2),
            (WorkOrderState.ON_SITE, 3),
            (WorkOrderState.WORKING, 4),
        )
    )
    await tickets.component.hears(travelling)

    before = await _row(tickets, opened["id"])
    await tickets.component.hears(on_site)
    await tickets.component.hears(working)
    after = await _row(tickets, opened["id"])
    await tickets.post(
        f"tickets/{opened['id']}/hold", {"reason": "waiting_parts"}, as_="dispatcher"
    )

    held = (await tickets.component.said())[-1]
    assert after == before
    assert (held.type, held.snapshot.observed) == ("tickets.ticket.held.v1", 4)


async def test_a_pause_while_staff_hold_the_ticket_is_written_for_the_hold_ends_by_it(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    working = an_order(opened["id"], WorkOrderState.WORKING, *WORKED[:4], version=4, at=now)
    paused = an_order(
        opened["id"], WorkOrderState.PAUSED, *WORKED[:4], JobState.PAUSED, version=5, at=now
    )
    await tickets.component.hears(working)
    await tickets.post(
        f"tickets/{opened['id']}/hold", {"reason": "waiting_parts"}, as_="dispatcher"
    )

    before = await _row(tickets, opened["id"])
    await tickets.component.hears(paused)
    after = await _row(tickets, opened["id"])

    assert (before["observed"], after["observed"]) == (4, 5)


async def test_work_that_goes_on_after_its_ticket_has_ended_shows_the_ticket_as_changed(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/cancel")
    before = await _row(tickets, opened["id"])
    tickets.component.clock.move(minutes=5)
    now = tickets.component.clock.now()

    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.CANCELLED, JobState.CANCELLED, version=3, at=now)
    )

    after = await _row(tickets, opened["id"])
    assert after["updated_at"] - before["updated_at"] == timedelta(minutes=5)


async def _row(tickets: Tickets, id: str) -> dict[str, Any]:
    async with tickets.component.tx() as tx:
        rows = await tx.rows(
            text("select cast(xmin as text) as written_by, * from tickets where id = :id"), id=id
        )
    return dict(rows[0])
