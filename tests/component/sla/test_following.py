"""Facts in, clocks out."""

from tests.support.component import Component
from tests.unit.sla.tickets import a_site, a_step, a_ticket, a_work_order, after


async def test_a_ticket_that_is_opened_accepted_visited_and_resolved_in_time_keeps_all_its_promises(sla: Component) -> None:
    ticket = a_ticket()
    accepted, arrived, resolved = after(minutes=5), after(hours=1), after(hours=2)

    await sla.hears(a_site(), ticket)
    sla.clock.set(after(hours=2, seconds=1))
    await sla.hears(a_work_order(ticket, ("accepted", accepted), ("on_site", arrived), ("completed", resolved)))
    await sla.hears(a_ticket(a_step("assigned", accepted), a_step("in_progress", arrived), a_step("resolved", resolved), id=ticket.id))

    async with sla.http(id="resident-1") as resident:
        answer = (await resident.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).json()
    assert [(clock["kind"], clock["state"]) for clock in answer["items"]] == [
        ("response", "met"),
        ("arrival", "met"),
        ("resolution", "met"),
    ]
    assert [fact.version for fact in await sla.said()] == [1, 2, 3]
