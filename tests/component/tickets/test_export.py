"""Tickets as a table."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.tickets.store.exporting import find_site_after
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.sheets.writing import Selection
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.component.tickets.attaching import attach
from tests.component.tickets.importing import send_list
from tests.component.tickets.test_queue import S, clocks, open_at
from tests.component.tickets.test_sites import put
from tests.support.images import a_photo
from tests.support.tables import exported


async def _ids(tickets: Tickets, query: str = "", **who: Any) -> list[str]:
    return [line["id"] for line in await exported(tickets.component, "tickets", query, **who)]


async def _two_sites(tickets: Tickets) -> tuple[list[str], list[str]]:
    """Three tickets at `demo` and two at `annex`, by id."""
    await put(tickets, {**DEMO, "code": "ANNEX"}, status=201, site="annex")
    found = [
        (await open_at(tickets, site))["id"] for site in ("demo", "annex", "demo", "annex", "demo")
    ]
    return sorted(found[::2]), sorted(found[1::2])


async def test_a_ticket_is_a_row_with_what_became_of_it(tickets: Tickets) -> None:
    ticket = await tickets.open(
        unit="3-1202", title="=cmd", description="水管漏水,\n很急", as_="dispatcher"
    )
    now = tickets.component.clock.now()
    await tickets.component.hears(clocks(tickets, ticket, {S: 3}))

    [line] = await exported(tickets.component, "tickets")

    assert {name: line[name] for name in ("id", "reference", "site_id", "state", "title")} == {
        "id": ticket["id"],
        "reference": ticket["reference"],
        "site_id": "demo",
        "state": "open",
        "title": "=cmd",
    }
    assert (line["building"], line["entrance"], line["unit"]) == ("3", None, "1202")
    assert (line["description"], line["lat"]) == ("水管漏水,\n很急", 31.2301)
    assert line["opened_at"] == ticket["opened_at"]
    assert line["next_due_at"] == (now + timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    assert (line["resolved_at"], line["ended_at"], line["rated_speed"]) == (None, None, None)


async def test_a_ticket_that_is_over_says_since_when_and_how_it_was_rated(tickets: Tickets) -> None:
    ticket = await tickets.open()
    now = tickets.component.clock.now()
    await tickets.component.hears(
        an_order(ticket["id"], WorkOrderState.DONE, JobState.ACCEPTED, JobState.COMPLETED, at=now)
    )
    rating = {"speed": 5, "quality": 4, "manner": 3}
    await tickets.post(f"tickets/{ticket['id']}/rating", rating)
    tickets.component.clock.move(hours=1)
    await tickets.post(f"tickets/{ticket['id']}/confirm")

    [line] = await exported(tickets.component, "tickets")

    ended = now + timedelta(hours=1)
    assert line["resolved_at"] == now.isoformat().replace("+00:00", "Z")
    assert line["ended_at"] == ended.isoformat().replace("+00:00", "Z")
    assert [line[f"rated_{name}"] for name in rating] == [5, 4, 3]


async def test_a_row_says_what_kind_it_is_of_and_where_it_comes_from(tickets: Tickets) -> None:
    desk = {**DEMO["categories"][0], "code": "praise", "nature": "praise", "road": "desk"}
    site = {**DEMO, "categories": [*DEMO["categories"], desk]}
    await tickets.send("PUT", "sites/demo", site, as_="admin", headers={"If-Match": '"1"'})
    praised = await tickets.open(category="praise")
    await attach(tickets, praised["id"], a_photo())
    opened = tickets.component.clock.now() - timedelta(days=400)
    await send_list(
        tickets,
        "tickets",
        "工单号,状态,描述,报修时间,完成时间\n"
        f"WX-1,已完成,漏水,{opened:%F} 09:00,{opened:%F} 11:00\n",
    )

    history, ours = await exported(tickets.component, "tickets")

    told = ("nature", "road", "external_id", "attachments")
    assert [history[name] for name in told] == ["fault", "dispatch", "WX-1", 0]
    assert [ours[name] for name in told] == ["praise", "desk", None, 1]


async def test_staff_export_what_is_at_their_sites_alone(tickets: Tickets) -> None:
    demo, annex = await _two_sites(tickets)

    assert await _ids(tickets) == demo
    assert await _ids(tickets, site="annex") == annex
    assert await _ids(tickets, role="admin", site="*") == [*annex, *demo]
    assert await _ids(tickets, "&site=demo", role="admin", site="*") == demo
    assert await _ids(tickets, "&site=nowhere", role="admin", site="*") == []
    await _ids(tickets, "&site=annex", status=404)
    for role in ("resident", "technician", "integration"):
        await _ids(tickets, role=role, status=403)


async def test_those_are_exported_that_were_opened_in_between(tickets: Tickets) -> None:
    found = []
    for _ in range(3):
        found.append((await tickets.open())["id"])
        tickets.component.clock.move(minutes=10)
    now = tickets.component.clock.now()
    ago = [
        (now - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
        for minutes in (20, 10)
    ]

    assert await _ids(tickets, f"&from={ago[0]}") == found[1:]
    assert await _ids(tickets, f"&to={ago[0]}") == found[:1]
    assert await _ids(tickets, f"&from={ago[0]}&to={ago[1]}") == found[1:2]
    assert await _ids(tickets, f"&from={ago[1]}&to={ago[0]}") == []


@pytest.mark.parametrize("site", ["demo", "*"])
async def test_a_long_export_has_every_ticket_once(tickets: Tickets, site: str) -> None:
    await _two_sites(tickets)
    async with tickets.component.tx() as tx:
        await tx.execute(
            text("""insert into tickets select (jsonb_populate_record(t, jsonb_build_object(
                'id', gen_random_uuid(), 'reference', t.reference || n))).*
              from tickets t cross join generate_series(1, 400) n""")
        )
        rows = await tx.rows(
            text("""select cast(id as text) as id from tickets
              where site_id = :site or :site = '*' order by site_id, tickets.id"""),
            site=site,
        )

    found = await _ids(tickets, role="admin", site=site)

    assert found == [row["id"] for row in rows]
    assert len(found) == {"demo": 3 * 401, "*": 5 * 401}[site]


async def test_a_site_with_no_ticket_of_these_times_is_passed_over(tickets: Tickets) -> None:
    await _two_sites(tickets)
    now = tickets.component.clock.now()

    async with tickets.component.tx() as tx:
        found = [
            await find_site_after(tx, "", Selection(sites=None, since=since, until=until))
            for since, until in ((now, None), (now + timedelta(seconds=1), None), (None, now))
        ]

    assert found == ["annex", None, None]
