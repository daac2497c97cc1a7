"""What people do with a ticket: the answers, the facts and the refusals."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import Tickets, an_order
from tests.support.component import MakeComponent


async def test_a_resident_cancels_their_ticket(tickets: Tickets) -> None:
    opened = await tickets.open()

    cancelled = await tickets.post(f"tickets/{opened['id']}/cancel", {"reason": "fixed it myself"})

    assert (cancelled["state"], cancelled["version"], cancelled["legal"]) == ("cancelled", 2, [])
    [fact] = await tickets.component.said("tickets.ticket.cancelled.v1")
    assert (fact.snapshot.steps[-1].reason, fact.detail) == (
        "fixed it myself",
        {"reason": "fixed it myself"},
    )


async def test_an_illegal_step_says_the_state_and_what_is_legal(tickets: Tickets) -> None:
    opened = await tickets.open()

    refused = await tickets.post(f"tickets/{opened['id']}/confirm", status=409)

    assert (refused["code"], refused["state"], refused["legal"]) == (
        "illegal_step",
        "open",
        ["cancel"],
    )
    assert await tickets.said() == ["opened"]


@pytest.mark.parametrize("body", [None, {}])
async def test_a_verb_without_fields_takes_an_empty_body(
    tickets: Tickets, body: dict[str, Any] | None
) -> None:
    opened = await tickets.open()
    await tickets.post(
        f"tickets/{opened['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
    )

    closed = await tickets.post(f"tickets/{opened['id']}/confirm", body)

    assert closed["state"] == "closed"


async def test_a_ticket_that_cannot_be_read_keeps_no_other_from_closing(tickets: Tickets) -> None:
    broken, other = await tickets.open(), await tickets.open()
    for ticket in (broken, other):
        await tickets.post(
            f"tickets/{ticket['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
        )
    async with tickets.component.tx() as tx:
        await tx.execute(
            text("update tickets set steps = '7' where id = :id"), id=UUID(broken["id"])
        )
    tickets.component.clock.move(hours=73)

    await tickets.component.service.due_workers["closing"].run_due()

    assert (await tickets.send("GET", f"tickets/{other['id']}"))["state"] == "closed"
    assert tickets.component.service.due_workers["closing"].quarantined == 1


async def test_the_whole_life_of_a_ticket_has_contiguous_versions_and_a_line_for_each(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    path = f"tickets/{opened['id']}"
    later = tickets.component.clock.now().replace(microsecond=0)

    await tickets.post(f"{path}/hold", {"reason": "waiting_parts"}, as_="dispatcher")
    await tickets.post(f"{path}/release", as_="dispatcher")
    await tickets.post(f"{path}/urge")
    tickets.component.clock.move(days=1)
    start, end = (
        (later + timedelta(days=365)).isoformat(),
        (later + timedelta(days=365, hours=2)).isoformat(),
    )
    await tickets.post(f"{path}/appointment", {"start": start, "end": end}, as_="dispatcher")
    await tickets.post(f"{path}/resolve", {"note": "valve turned"}, as_="dispatcher")
    await tickets.post(f"{path}/reopen", {"reason": "drips again"})
    await tickets.post(f"{path}/resolve", {"note": "valve replaced"}, as_="manager")
    await tickets.post(f"{path}/confirm")
    rated = await tickets.post(
        f"{path}/rating", {"speed": 5, "quality": 2, "manner": 5, "text": "second time"}
    )

    names = [
        "opened",
        "held",
        "released",
        "urged",
        "appointed",
        "resolved",
        "reopened",
        "resolved",
        "closed",
        "rated",
    ]
    facts = await tickets.component.said()
    assert [
        fact.type.split(".")[2] for fact in facts if "ticket" in fact.type.split(".")[1]
    ] == names
    assert [fact.version for fact in facts if fact.type.startswith("tickets.ticket.")] == list(
        range(1, 11)
    )
    timeline = await tickets.send("GET", f"{path}/timeline")
    assert [line["name"] for line in timeline["items"]] == names
    assert [line["n"] for line in timeline["items"]] == list(range(1, 11))
    assert (rated["cycle"], rated["call_back"], rated["version"]) == (2, True, 10)


async def test_only_staff_hold_release_resolve_and_merge(tickets: Tickets) -> None:
    opened = await tickets.open()

    for verb, body in [
        ("hold", {"reason": "no_access"}),
        ("release", {}),
        ("resolve", {"note": "x"}),
        ("merge", {"duplicate_of": opened["id"]}),
    ]:
        await tickets.post(f"tickets/{opened['id']}/{verb}", body, status=403)

    assert await tickets.said() == ["opened"]


BAD_BODIES: list[tuple[str, dict[str, Any]]] = [
    ("hold", {}),
    ("hold", {"reason": "bored"}),
    ("resolve", {}),
    ("resolve", {"note": "  "}),
    ("cancel", {}),
    ("reopen", {}),
    ("rating", {"speed": 6, "quality": 1, "manner": 1}),
    ("rating", {"speed": True, "quality": 1, "manner": 1}),
    ("rating", {"speed": 1, "quality": 1}),
    ("comments", {"text": ""}),
    ("comments", {"text": "x" * 4001}),
    ("comments", {"text": "x", "public": "yes"}),
    ("appointment", {"start": "2026-01-01T10:00:00Z", "end": "2026-01-01T09:00:00Z"}),
    ("appointment", {"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T11:00:00Z"}),
    ("appointment", {"start": "2098-01-01T10:00:00Z", "end": "2098-01-08T10:00:01Z"}),
    ("merge", {"duplicate_of": "nonsense"}),
    ("confirm", {"really": True}),
]


async def test_a_bad_body_is_422_and_changes_nothing(tickets: Tickets) -> None:
    opened = await tickets.open()

    for verb, body in BAD_BODIES:
        await tickets.post(f"tickets/{opened['id']}/{verb}", body, status=422, as_="dispatcher")

    assert await tickets.said() == ["opened"]


async def test_a_resolved_ticket_closes_by_itself_after_72_hours(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(
        f"tickets/{opened['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
    )
    resolved_at = tickets.component.clock.now()

    tickets.component.clock.move(hours=71, minutes=59)
    early = await tickets.component.runs_due("closing")
    tickets.component.clock.move(hours=5)
    due = await tickets.component.runs_due("closing")

    assert (early, due) == (0, 1)
    [closed] = await tickets.component.said("tickets.ticket.closed.v1")
    assert (closed.snapshot.steps[-1].at - resolved_at).total_seconds() == 72 * 3600
    assert closed.snapshot.steps[-1].cause == "system"
    assert await tickets.component.runs_due("closing") == 0


async def test_two_instances_close_each_ticket_once(
    component: MakeComponent, tickets: Tickets
) -> None:
    other = await component(
        "tickets",
        database_url=tickets.component.service.settings.database_url,
        clock=tickets.component.clock,
    )
    for opened in [await tickets.open() for _ in range(30)]:
        await tickets.post(
            f"tickets/{opened['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
        )
    tickets.component.clock.move(hours=72)

    closed = await asyncio.gather(tickets.component.runs_due("closing"), other.runs_due("closing"))

    assert sum(closed) == 30
    assert (await tickets.said()).count("closed") == 30


async def test_two_instances_that_hear_the_same_say_it_once(
    component: MakeComponent, tickets: Tickets
) -> None:
    other = await component(
        "tickets",
        database_url=tickets.component.service.settings.database_url,
        clock=tickets.component.clock,
    )
    opened = [await tickets.open() for _ in range(20)]
    now = tickets.component.clock.now()
    orders = [
        an_order(ticket["id"], WorkOrderState.WORKING, JobState.ACCEPTED, JobState.WORKING, at=now)
        for ticket in opened
    ]

    await asyncio.gather(tickets.component.hears(*orders), other.hears(*reversed(orders)))

    assert sorted(await tickets.said()) == sorted(["opened", "started"] * 20)


async def test_the_next_closing_is_known_and_goes_with_a_reopening(tickets: Tickets) -> None:
    opened = await tickets.open()
    next_due = tickets.component.service.due_workers["closing"].work.next_due
    await tickets.post(
        f"tickets/{opened['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
    )
    async with tickets.component.tx() as tx:
        waiting = await next_due(tx, ())

    await tickets.post(f"tickets/{opened['id']}/reopen", {"reason": "drips"})
    tickets.component.clock.move(days=4)

    assert waiting is not None
    assert await tickets.component.runs_due("closing") == 0
    assert (await tickets.get(opened["id"]))["state"] == "open"


async def test_rating_is_for_the_reporter_once_a_resolution(tickets: Tickets) -> None:
    opened = await tickets.open(as_="dispatcher", reporter_id="resident-1")
    path, marks = (
        f"tickets/{opened['id']}/rating",
        {"speed": 5, "quality": 5, "manner": 5, "text": ""},
    )

    early = await tickets.post(path, marks, status=409)
    await tickets.post(
        f"tickets/{opened['id']}/resolve", {"note": "valve turned"}, as_="dispatcher"
    )
    await tickets.post(path, marks, status=403, as_="dispatcher")
    await tickets.post(path, marks)
    twice = await tickets.post(path, marks, status=409)

    assert (early["code"], twice["code"]) == ("not_resolved", "already_rated")


async def test_urging_counts_once_an_hour(tickets: Tickets) -> None:
    opened = await tickets.open()

    counted = []
    for _ in range(3):
        counted.append((await tickets.post(f"tickets/{opened['id']}/urge"))["counted"])
        tickets.component.clock.move(minutes=31)

    assert counted == [True, False, True]
    assert await tickets.said() == ["opened", "urged", "urged"]


async def test_nothing_is_merged_into_a_cancelled_unknown_or_foreign_ticket(
    tickets: Tickets,
) -> None:
    duplicate, cancelled = await tickets.open(), await tickets.open()
    await tickets.post(f"tickets/{cancelled['id']}/cancel")
    path = f"tickets/{duplicate['id']}/merge"

    dead = await tickets.post(path, {"duplicate_of": cancelled["id"]}, status=409, as_="dispatcher")
    await tickets.post(
        path, {"duplicate_of": "01900000-0000-7000-8000-000000000001"}, status=422, as_="dispatcher"
    )
    await tickets.post(path, {"duplicate_of": duplicate["id"]}, status=422, as_="dispatcher")

    assert dead["state"] == "cancelled"


async def test_two_merges_that_cross_do_not_lock_each_other_up(tickets: Tickets) -> None:
    pairs = [(await tickets.open(), await tickets.open()) for _ in range(10)]

    async def merge(one: Any, other: Any) -> int:
        async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
            answer = await client.post(
                f"/v1/tickets/{one['id']}/merge", json={"duplicate_of": other["id"]}
            )
        return answer.status_code

    answers = await asyncio.gather(
        *(merge(*way) for one, other in pairs for way in ((one, other), (other, one)))
    )

    assert sorted(answers) == [200] * 10 + [409] * 10


async def test_of_forty_who_cancel_at_once_one_does(tickets: Tickets) -> None:
    opened = await tickets.open()

    async def cancel() -> int:
        async with tickets.component.http() as client:
            return (await client.post(f"/v1/tickets/{opened['id']}/cancel")).status_code

    answers = await asyncio.gather(*(cancel() for _ in range(40)))

    assert sorted(answers) == [200] + [409] * 39
    assert await tickets.said() == ["opened", "cancelled"]


async def test_cancelling_while_dispatch_reports_leaves_legal_steps_and_contiguous_versions(
    tickets: Tickets,
) -> None:
    opened = [await tickets.open() for _ in range(25)]
    now = tickets.component.clock.now()

    async def cancel(ticket: Any) -> None:
        async with tickets.component.http() as client:
            await client.post(f"/v1/tickets/{ticket['id']}/cancel")

    async def hear(ticket: Any) -> None:
        await tickets.component.hears(
            an_order(
                ticket["id"], WorkOrderState.WORKING, JobState.ACCEPTED, JobState.WORKING, at=now
            )
        )

    await asyncio.gather(*(act(ticket) for ticket in opened for act in (cancel, hear)))

    for ticket in opened:
        versions = [
            fact.version
            for fact in await tickets.component.said()
            if fact.subject_id == ticket["id"]
        ]
        assert versions == list(range(1, len(versions) + 1))
        assert (await tickets.get(ticket["id"]))["state"] in {"cancelled", "in_progress"}


async def test_an_entry_and_a_fact_are_written_with_the_ticket_or_not_at_all(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/hold", {"reason": "no_access"}, as_="dispatcher")

    await tickets.post(
        f"tickets/{opened['id']}/hold", {"reason": "no_access"}, status=409, as_="dispatcher"
    )

    async with tickets.component.tx() as tx:
        counts = await tx.row(
            text(
                "select (select count(*) from entries) as lines, "
                "(select count(*) from outbox where type like 'tickets.ticket.%') as facts"
            )
        )
    assert counts == {"lines": 2, "facts": 2}
