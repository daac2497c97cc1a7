"""`GET /v1/queue`: what the desk reads of each ticket, and how many there are of which kind."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.dispatch import Barred, JobState, WorkOrderState
from shared.contracts.sla import ClockKind
from tests.component.tickets.arranging import DEMO, Tickets, a_technician, an_order
from tests.component.tickets.test_migrations import migrate
from tests.component.tickets.test_queue import clocks, open_at, opened, stored
from tests.component.tickets.test_sites import put
from tests.support.streams import watching

R, A, S = ClockKind.RESPONSE, ClockKind.ARRIVAL, ClockKind.RESOLUTION


async def glance(tickets: Tickets, query: str = "", **who: Any) -> Any:
    return await tickets.send("GET", f"queue?{query}", **{"as_": "dispatcher", **who})


async def ids(tickets: Tickets, query: str = "", **who: Any) -> list[str]:
    return [line["id"] for line in (await glance(tickets, query, **who))["items"]]


def numbers(found: Any) -> dict[str, int]:
    return {
        name: count if isinstance(count, int) else count["tickets"]
        for name, count in found["counts"].items()
    }


async def unassignable(tickets: Tickets, ticket: Any, *, version: int = 2) -> None:
    """dispatch says that no technician can take it, since now."""
    now = tickets.component.clock.now()
    order = an_order(
        ticket["id"], WorkOrderState.WAITING, JobState.WAITING, at=now, version=version
    )
    barred = (Barred(technician_id="tech-1", codes=("off_shift",)),)
    await tickets.component.hears(
        order.model_copy(update={"unassignable_at": now, "unassignable": barred})
    )


async def test_what_is_open_comes_by_what_falls_due_next_and_what_has_ended_does_not(
    tickets: Tickets,
) -> None:
    a, b, c, d = await opened(tickets, 5, None, -1, 2)
    await tickets.post(f"tickets/{d['id']}/resolve", {"note": "done"}, as_="dispatcher")

    found = await glance(tickets)

    assert [line["id"] for line in found["items"]] == [c["id"], a["id"], b["id"]]
    assert numbers(found) == {
        "open": 3,
        "on_hold": 0,
        "at_risk": 0,
        "breached": 1,
        "unassignable": 0,
        "unheard": 0,
    }
    now = tickets.component.clock.now()
    assert found["counts"]["breached"]["first_at"] == (
        now - timedelta(hours=1)
    ).isoformat().replace("+00:00", "Z")


async def test_a_line_says_where_what_and_who_comes_when(tickets: Tickets) -> None:
    await tickets.component.hears(a_technician(name="王建国"))
    ticket = await tickets.open(unit="3-1202", description="水" * 500)
    now = tickets.component.clock.now()
    await tickets.component.hears(clocks(tickets, ticket, {R: 1, A: 2, S: 9}))
    await tickets.component.hears(
        an_order(
            ticket["id"],
            WorkOrderState.ACCEPTED,
            JobState.ACCEPTED,
            at=now,
            planned_arrival=now + timedelta(minutes=20),
        )
    )

    [line] = (await glance(tickets))["items"]

    assert (line["reference"], line["state"]) == (ticket["reference"], "assigned")
    assert (line["place"]["building"], line["place"]["unit"]) == ("3", "1202")
    assert (line["due_kind"], len(line["description"])) == ("arrival", 200)
    assert (line["work"]["technician"], line["work"]["job_state"]) == ("王建国", "accepted")
    assert line["work"]["planned_arrival"] is not None


async def test_what_is_held_says_why_and_since_when(tickets: Tickets) -> None:
    ticket = await tickets.open()

    held = {"reason": "waiting_parts", "note": "valve"}
    await tickets.post(f"tickets/{ticket['id']}/hold", held, as_="dispatcher")

    found = await glance(tickets)
    assert (found["items"][0]["hold_reason"], found["counts"]["on_hold"]) == ("waiting_parts", 1)
    assert found["items"][0]["held_at"] is not None


async def test_each_number_is_the_number_of_the_tickets_that_its_view_shows(
    tickets: Tickets,
) -> None:
    a, b, c, d, e = await opened(tickets, 0.5, 2, -1, -2, None)
    await unassignable(tickets, b)
    await unassignable(tickets, d)
    for ticket in (a, e):
        await tickets.post(f"tickets/{ticket['id']}/comments", {"text": "When?"}, status=201)

    found = await glance(tickets)
    views = {
        view: await ids(tickets, f"view={view}")
        for view in found["counts"]
        if view not in ("open", "on_hold")
    }

    assert views == {
        "at_risk": [a["id"]],
        "breached": [d["id"], c["id"]],
        "unassignable": [d["id"], b["id"]],
        "unheard": [a["id"], e["id"]],
    }
    assert {view: numbers(found)[view] for view in views} == {
        view: len(shown) for view, shown in views.items()
    }
    assert numbers(found)["open"] == 5


async def test_a_ticket_that_some_technician_can_take_again_is_unassignable_no_more(
    tickets: Tickets,
) -> None:
    a, b = await opened(tickets, 1, None)
    await unassignable(tickets, a)
    await unassignable(tickets, b)
    stuck = await ids(tickets, "view=unassignable")

    now = tickets.component.clock.now()
    await tickets.component.hears(
        an_order(a["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, at=now, version=3)
    )
    await tickets.post(f"tickets/{b['id']}/cancel", as_="resident")

    assert (stuck, await ids(tickets, "view=unassignable")) == ([a["id"], b["id"]], [])
    assert numbers(await glance(tickets))["unassignable"] == 0


async def test_an_answer_of_staff_ends_that_a_word_waits(tickets: Tickets) -> None:
    ticket = await tickets.open()
    await tickets.post(f"tickets/{ticket['id']}/urge")
    before = await ids(tickets, "view=unheard")
    seen = await tickets.get(ticket["id"], as_="dispatcher")
    hidden = await tickets.get(ticket["id"])

    await tickets.post(
        f"tickets/{ticket['id']}/comments", {"text": "Soon"}, status=201, as_="dispatcher"
    )

    assert (before, await ids(tickets, "view=unheard")) == ([ticket["id"]], [])
    assert seen["unheard_since"] is not None
    assert hidden["unheard_since"] is None


async def test_the_queue_goes_on_behind_the_last_that_was_shown(tickets: Tickets) -> None:
    found = await opened(tickets, 1, 2, None, None)
    async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
        page = await client.get("/v1/queue?limit=1&site=demo")
        seen = [page.json()["items"]]
        while "next" in page.links:
            page = await client.get(page.links["next"]["url"])
            seen.append(page.json()["items"])

    a, b, c, d = (ticket["id"] for ticket in found)
    assert [[line["id"] for line in items] for items in seen] == [[a], [b], [d], [c]]


async def test_filters_hold_in_every_view(tickets: Tickets) -> None:
    await opened(tickets, -1, 2)
    lift = await tickets.open(category="lift", description="停了")
    await tickets.component.hears(clocks(tickets, lift, {S: -3}))

    for query, count in (
        ("category=lift", 1),
        ("category=plumbing", 2),
        ("view=breached&category=lift", 1),
        ("view=breached&priority=urgent", 1),
        ("view=at_risk&category=lift", 0),
        ("site=elsewhere", 0),
    ):
        assert len(await ids(tickets, query)) == count, query
    await tickets.send("GET", "queue?view=worst", as_="dispatcher", status=422)


async def test_the_queue_is_for_staff_of_their_own_sites(tickets: Tickets) -> None:
    await put(tickets, {**DEMO, "code": "NEW"}, status=201, site="new")
    here, there = [await open_at(tickets, site) for site in ("demo", "new")]

    assert await ids(tickets) == [here["id"]]
    assert numbers(await glance(tickets))["open"] == 1
    assert numbers(await glance(tickets, as_="admin", site="*"))["open"] == 2
    assert await ids(tickets, "site=demo", site="new") == []
    assert numbers(await glance(tickets, "site=demo", site="new"))["open"] == 0
    assert await ids(tickets, site="new") == [there["id"]]
    for role in ("resident", "technician", "integration"):
        await tickets.send("GET", "queue", as_=role, status=403)
        await tickets.send("GET", "queue/events?site=demo", as_=role, status=403)
    await tickets.send("GET", "queue/events?site=elsewhere", as_="dispatcher", status=404)


async def test_who_watches_the_queue_hears_of_every_change(tickets: Tickets) -> None:
    async with watching(
        tickets.component, "/v1/queue/events?site=demo", role="dispatcher", id="d", site="demo"
    ) as live:
        await live.has(1)
        ticket = await tickets.open()
        await live.has(2)
        await unassignable(tickets, ticket)
        events = await live.has(3)

    counts = [event["data"]["counts"] for event in events]
    assert [count["open"] for count in counts] == [0, 1, 1]
    assert counts[2]["unassignable"]["tickets"] == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_migration_finds_what_was_unassignable_before(tickets: Tickets, times: int) -> None:
    [a] = await opened(tickets, 1)
    await unassignable(tickets, a)
    before = await stored(tickets, a)

    for _ in range(times):
        await migrate(tickets.component.service.settings.database_url, "what_the_desk_sees")

    assert before is not None
    assert before["unassignable_at"] is not None
    assert await stored(tickets, a) == before
