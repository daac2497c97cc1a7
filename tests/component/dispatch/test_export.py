"""Jobs as a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from tests.component.dispatch.world import (
    a_ticket,
    answer,
    decide,
    grab,
    offered_and_accepted,
    order_of,
    put_rules,
    put_technician,
    rest,
    work,
)
from tests.support.component import Component, MakeComponent
from tests.support.tables import exported


async def _tickets(dispatch: Component, query: str = "", **who: Any) -> list[str]:
    """The tickets whose jobs are exported."""
    return [line["ticket_id"] for line in await exported(dispatch, "jobs", query, **who)]


async def test_a_job_is_a_row_with_what_became_of_it(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job, by = await offered_and_accepted(dispatch, ticket)
    for verb, body in (
        ("travel", {}),
        ("arrive", {}),
        ("start", {}),
        ("complete", {"note": "=new valve", "minutes": 20}),
    ):
        await work(dispatch, by, job, verb, **body)

    [line] = await exported(dispatch, "jobs")

    assert {name: line[name] for name in ("id", "ticket_id", "site_id", "state", "category")} == {
        "id": str(job),
        "ticket_id": str(ticket.id),
        "site_id": "demo",
        "state": "completed",
        "category": "plumbing",
    }
    assert (line["technician_id"], line["priority"]) == ("li", "normal")
    assert (line["note"], line["minutes"]) == ("=new valve", 20)
    assert line["created_at"] <= line["accepted_at"] <= line["arrived_at"] <= line["completed_at"]
    assert line["due_at"] is None


async def test_a_job_says_how_its_technician_came_to_it(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    for id in ("li", "wang"):
        await put_technician(dispatch, id, capacity=9)
    planned, pooled, chosen, forced, moved, waits = (a_ticket() for _ in range(6))
    await offered_and_accepted(dispatch, planned)
    again, _ = await offered_and_accepted(dispatch, moved)
    await put_rules(dispatch, mode="pool")
    await dispatch.hears(pooled)
    await rest(dispatch)
    taken = await grab(dispatch, "li", (await order_of(dispatch, pooled)).jobs[0].id)
    await put_rules(dispatch, mode="manual")
    await dispatch.hears(chosen, forced, waits)
    await rest(dispatch)
    job = (await order_of(dispatch, chosen)).jobs[0]
    asked = await decide(dispatch, job.id, "assign", technician_id="wang")
    offer = (await order_of(dispatch, chosen)).jobs[0].offers[-1]
    accepted = await answer(dispatch, "wang", offer.id)
    await put_rules(dispatch, mode="manual", assign_without_consent=True)
    back = await decide(dispatch, again, "withdraw")
    given = [
        await decide(dispatch, job_id, "assign", technician_id="wang")
        for job_id in ((await order_of(dispatch, forced)).jobs[0].id, again)
    ]

    modes = {line["ticket_id"]: line["mode"] for line in await exported(dispatch, "jobs")}

    assert {each.status_code for each in (taken, asked, accepted, back, *given)} == {200}
    assert modes == {
        str(planned.id): "plan",
        str(pooled.id): "pool",
        str(chosen.id): "manual",
        str(forced.id): "manual",
        str(moved.id): "manual",
        str(waits.id): None,
    }


async def test_staff_export_what_is_at_their_sites_alone(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    demo, annex = a_ticket(), a_ticket(site_id="annex")
    await dispatch.hears(demo, annex)

    assert await _tickets(dispatch) == [str(demo.id)]
    assert await _tickets(dispatch, site="annex") == [str(annex.id)]
    assert await _tickets(dispatch, role="admin", site="*") == [str(annex.id), str(demo.id)]
    assert await _tickets(dispatch, "&site=demo", role="admin", site="*") == [str(demo.id)]
    assert await _tickets(dispatch, site="elsewhere") == []
    await _tickets(dispatch, "&site=annex", status=404)
    for role in ("resident", "technician", "integration"):
        await _tickets(dispatch, role=role, status=403)


async def test_those_are_exported_that_were_made_in_between(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    begin = datetime.now(UTC).replace(microsecond=0)
    tickets = [a_ticket(at=begin - timedelta(minutes=minutes)) for minutes in (30, 20, 10)]
    await dispatch.hears(*tickets)
    ago = [
        (begin - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
        for minutes in (20, 10)
    ]
    ids = [str(ticket.id) for ticket in tickets]

    assert await _tickets(dispatch, f"&from={ago[0]}") == ids[1:]
    assert await _tickets(dispatch, f"&to={ago[0]}") == ids[:1]
    assert await _tickets(dispatch, f"&from={ago[0]}&to={ago[1]}") == ids[1:2]


async def test_a_long_export_has_every_job_once(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await dispatch.hears(a_ticket(), a_ticket(), a_ticket(site_id="annex"))
    async with dispatch.tx() as tx:
        # jobs of one second lie on both sides of a page's end
        await tx.execute(
            text("""insert into jobs select (jsonb_populate_record(j, jsonb_build_object(
                'id', gen_random_uuid(), 'number', 1 + n))).*
              from jobs j cross join generate_series(1, 700) n""")
        )
        rows = await tx.rows(
            text(
                "select cast(id as text) as id from jobs "
                "order by site_id, left(steps -> 0 ->> 'at', 19), jobs.id"
            )
        )

    found = [line["id"] for line in await exported(dispatch, "jobs", role="admin", site="*")]
    late = await exported(dispatch, "jobs", "&from=2090-01-01T00:00:00Z", role="admin", site="*")

    assert found == [row["id"] for row in rows]
    assert len(found) == 3 * 701
    assert late == []
