"""The desk's queue: what falls due next comes first, whatever has changed a moment ago."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.tickets.domain.dues import dues_of
from services.tickets.store.queries import load_with_snapshots
from shared.contracts import ClocksV1
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.ids import TicketId
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.component.tickets.test_migrations import migrate
from tests.component.tickets.test_sites import put

R, A, S = ClockKind.RESPONSE, ClockKind.ARRIVAL, ClockKind.RESOLUTION


def clocks(
    tickets: Tickets,
    ticket: Any,
    due_h: Mapping[ClockKind, float | None],
    *,
    version: int = 1,
) -> ClocksV1:
    """The promises about a ticket, due in so many hours from now; None while they wait."""
    now = tickets.component.clock.now()
    return ClocksV1(
        id=ticket["id"],
        version=version,
        site_id=ticket["site_id"],
        policy_id="default",
        policy_version=1,
        clocks=tuple(
            ClockV1(
                kind=kind,
                state=ClockState.PAUSED if hours is None else ClockState.RUNNING,
                started_at=datetime.fromisoformat(ticket["opened_at"]),
                due_at=None if hours is None else now + timedelta(hours=hours),
            )
            for kind, hours in due_h.items()
        ),
    )


async def queue(tickets: Tickets, query: str = "", **who: Any) -> list[str]:
    """The ids in the order of the queue."""
    path = f"tickets?order=due{query}"
    who = {"as_": "dispatcher", **who}
    return [item["id"] for item in (await tickets.send("GET", path, **who))["items"]]


async def opened(tickets: Tickets, *due_h: float | None) -> list[Any]:
    """Tickets whose resolution is due then; of None nothing was promised."""
    found = [await tickets.open(description=f"漏水 {n}") for n in range(len(due_h))]
    told = [
        clocks(tickets, ticket, {S: hours})
        for ticket, hours in zip(found, due_h, strict=True)
        if hours is not None
    ]
    await tickets.component.hears(*told)
    return found


async def open_at(tickets: Tickets, site: str) -> Any:
    """A new ticket at that site."""
    body = {"site_id": site, "category": "plumbing"}
    return await tickets.post("tickets", body, status=201, site=site)


async def stored(tickets: Tickets, ticket: Any) -> dict[str, Any] | None:
    async with tickets.component.tx() as tx:
        row = await tx.row(
            text("select * from ticket_dues where ticket_id = :id"), id=UUID(ticket["id"])
        )
    return None if row is None else dict(row)


async def test_what_falls_due_next_comes_first_and_what_waits_for_nothing_last(
    tickets: Tickets,
) -> None:
    a, b, c, d, e = await opened(tickets, 5, None, -1, None, 2)

    listed = await tickets.send("GET", "tickets?order=due", as_="dispatcher")
    newest = await tickets.send("GET", "tickets", as_="dispatcher")

    assert [item["id"] for item in listed["items"]] == [each["id"] for each in (c, e, a, d, b)]
    now = tickets.component.clock.now()
    dues = [item["next_due_at"] for item in listed["items"]]
    assert [due and datetime.fromisoformat(due) - now for due in dues] == [
        *(timedelta(hours=hours) for hours in (-1, 2, 5)),
        None,
        None,
    ]
    assert not any("next_due_at" in item for item in newest["items"])


async def test_the_earliest_of_several_promises_counts(tickets: Tickets) -> None:
    a, b = await opened(tickets, None, 3)

    await tickets.component.hears(clocks(tickets, a, {R: 1, A: 2, S: 9}))
    urgent = await queue(tickets)
    await tickets.component.hears(clocks(tickets, a, {R: None, A: 4, S: 9}, version=2))
    waiting = await queue(tickets)

    assert (urgent, waiting) == ([a["id"], b["id"]], [b["id"], a["id"]])


async def test_a_promise_that_a_technician_keeps_is_not_waited_for(tickets: Tickets) -> None:
    [a] = await opened(tickets, None)
    await tickets.component.hears(clocks(tickets, a, {R: 1, A: 2, S: 9}))
    now = tickets.component.clock.now()
    seen = []
    steps = (JobState.ACCEPTED, JobState.ON_SITE, JobState.COMPLETED)
    states = (WorkOrderState.ACCEPTED, WorkOrderState.ON_SITE, WorkOrderState.DONE)
    for n, state in enumerate(states, 1):
        order = an_order(a["id"], state, *steps[:n], version=n + 1, at=now)
        await tickets.component.hears(order)
        row = await stored(tickets, a)
        seen.append(row and row["due_at"] - now)

    assert seen == [timedelta(hours=2), timedelta(hours=9), None]


async def test_an_answer_of_staff_is_not_waited_for_any_more(tickets: Tickets) -> None:
    [a] = await opened(tickets, None)
    await tickets.component.hears(clocks(tickets, a, {R: 1, S: 9}))

    await tickets.post(
        f"tickets/{a['id']}/comments", {"text": "On our way"}, as_="dispatcher", status=201
    )

    row = await stored(tickets, a)
    assert row is not None
    assert row["response_due_at"] is None
    assert row["due_at"] == row["resolution_due_at"]


@pytest.mark.parametrize("verb", ["cancel", "resolve"])
async def test_what_staff_end_is_last_at_once(tickets: Tickets, verb: str) -> None:
    a, b, c = await opened(tickets, 1, 2, None)
    body = {"reason": "twice"} if verb == "cancel" else {"note": "done"}

    await tickets.post(f"tickets/{a['id']}/{verb}", body, as_="dispatcher")

    assert await queue(tickets) == [b["id"], c["id"], a["id"]]
    await tickets.component.hears(clocks(tickets, a, {}, version=2))
    assert await stored(tickets, a) is None


async def test_facts_may_come_twice_late_and_in_any_order(tickets: Tickets) -> None:
    [a] = await opened(tickets, None)
    now = tickets.component.clock.now()
    first = clocks(tickets, a, {R: 1, A: 2, S: 9})
    second = clocks(tickets, a, {R: 1, A: 3, S: 10}, version=2)
    order = an_order(a["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, at=now)

    await tickets.component.hears(second, first, order, second, order, first)
    one_by_one = await stored(tickets, a)
    await tickets.component.hears_at_once(first, second, order)

    assert one_by_one == await stored(tickets, a)
    assert one_by_one is not None
    assert one_by_one["due_at"] == now + timedelta(hours=3)


async def test_the_queue_goes_on_where_it_was_though_everything_has_moved(
    tickets: Tickets,
) -> None:
    a, b, c, d, e = await opened(tickets, 1, 2, 3, None, None)
    async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
        first = await client.get("/v1/tickets?order=due&limit=2")
        # the last that was seen falls due later, or is done with
        await tickets.component.hears(clocks(tickets, b, {S: 99}, version=2))
        await tickets.post(f"tickets/{a['id']}/resolve", {"note": "done"}, as_="dispatcher")
        page, pages = first, [first.json()["items"]]
        while "next" in page.links:
            page = await client.get(page.links["next"]["url"])
            pages.append(page.json()["items"])

    ids = [[item["id"] for item in page] for page in pages]
    assert ids == [[a["id"], b["id"]], [c["id"], b["id"]], [e["id"], d["id"]], [a["id"]]]


async def test_every_filter_holds_in_the_queue(tickets: Tickets) -> None:
    a, b, c = await opened(tickets, 3, 2, None)
    await tickets.post(f"tickets/{b['id']}/hold", {"reason": "waiting_parts"}, as_="dispatcher")
    lift = await tickets.open(
        category="lift", description="停了", as_="dispatcher", reporter_id="resident-9"
    )
    await tickets.component.hears(clocks(tickets, lift, {S: 1}))
    now = tickets.component.clock.now().isoformat().replace("+00:00", "Z")

    for query, expected in (
        ("", (lift, b, a, c)),
        ("&site=demo", (lift, b, a, c)),
        ("&site=elsewhere", ()),
        ("&state=on_hold", (b,)),
        ("&state=open&state=on_hold", (lift, b, a, c)),
        ("&category=plumbing", (b, a, c)),
        ("&priority=urgent", (lift,)),
        ("&reporter=resident-9", (lift,)),
        (f"&reference={a['reference']}", (a,)),
        ("&q=漏水", (b, a, c)),
        ("&q=漏水&state=on_hold", (b,)),
        (f"&opened_from={now}", (lift, b, a, c)),
        (f"&opened_to={now}", ()),
        (f"&updated_to={now}", ()),
    ):
        assert await queue(tickets, query) == [each["id"] for each in expected], query


async def test_the_queue_is_for_staff_of_their_own_sites(tickets: Tickets) -> None:
    await put(tickets, {**DEMO, "code": "NEW"}, status=201, site="new")
    here, there = [await open_at(tickets, site) for site in ("demo", "new")]

    assert await queue(tickets) == [here["id"]]
    assert await queue(tickets, site="new") == [there["id"]]
    assert await queue(tickets, as_="admin", site="*") == [there["id"], here["id"]]
    assert await queue(tickets, "&site=demo", site="new") == []
    for role in ("resident", "technician", "integration"):
        await tickets.send("GET", "tickets?order=due", as_=role, status=403)
    await tickets.send("GET", "tickets?order=urgency", as_="dispatcher", status=422)


async def test_a_cursor_of_one_order_is_none_of_the_other(tickets: Tickets) -> None:
    await opened(tickets, 1, 2, None)
    async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
        due = (await client.get("/v1/tickets?order=due&limit=1")).links["next"]["url"]
        newest = (await client.get("/v1/tickets?limit=1")).links["next"]["url"]

        mixed = [
            await client.get(due.replace("order=due", "order=newest")),
            await client.get(f"{newest}&order=due"),
        ]

    assert [answer.status_code for answer in mixed] == [400, 400]


async def test_an_answer_at_the_moment_of_a_promise_leaves_the_truth(tickets: Tickets) -> None:
    found = await opened(tickets, *([None] * 20))

    async def answer(ticket: Any) -> None:
        await tickets.post(
            f"tickets/{ticket['id']}/comments", {"text": "coming"}, as_="dispatcher", status=201
        )

    told = [clocks(tickets, ticket, {R: 1, S: 9}) for ticket in found]
    await asyncio.gather(*(answer(ticket) for ticket in found), tickets.component.hears(*told))

    assert await _wrong(tickets, found) == []


async def _wrong(tickets: Tickets, found: Sequence[Any]) -> list[Any]:
    """The tickets whose stored dues are not what follows from all that is held about them."""
    wrong = []
    for ticket in found:
        async with tickets.component.tx() as tx:
            held, order, told = await load_with_snapshots(tx, TicketId(UUID(ticket["id"])))
        assert held is not None
        assert told is not None
        dues = dues_of(held, told.clocks, order.jobs if order else ())
        row = await stored(tickets, ticket) or {}
        if any(row.get(name) != due for name, due in vars(dues).items()):
            wrong.append((row, dues))
    return wrong


async def test_a_migration_finds_what_was_waited_for_before(tickets: Tickets) -> None:
    a, b, c, d, e = await opened(tickets, None, None, None, None, None)
    now = tickets.component.clock.now()
    for ticket in (a, b, c, d):
        await tickets.component.hears(clocks(tickets, ticket, {R: 1, A: 2, S: 9}))
    await tickets.component.hears(
        an_order(b["id"], WorkOrderState.ON_SITE, JobState.ACCEPTED, JobState.ON_SITE, at=now),
        an_order(c["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, at=now),
    )
    await tickets.post(f"tickets/{d['id']}/resolve", {"note": "done"}, as_="dispatcher")
    before = [await stored(tickets, ticket) for ticket in (a, b, c, e)]
    async with tickets.component.tx() as tx:
        await tx.execute(text("delete from ticket_dues"))

    await migrate(tickets.component.service.settings.database_url, "ticket_dues")

    assert [await stored(tickets, ticket) for ticket in (a, b, c, e)] == before
    assert before[3] is None
    assert await stored(tickets, d) is None


async def test_a_forgotten_ticket_waits_for_nothing(tickets: Tickets) -> None:
    [a] = await opened(tickets, 1)
    await tickets.post(f"tickets/{a['id']}/cancel", {"reason": "twice"}, as_="dispatcher")
    tickets.component.clock.move(days=5 * 366)

    await tickets.component.runs_due("retention")
    tickets.component.clock.move(days=366)
    await tickets.component.runs_due("retention")

    assert await stored(tickets, a) is None
